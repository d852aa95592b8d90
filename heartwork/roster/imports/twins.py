"""One child under two identifiers: offered to a person, never merged by guess."""

from django.db import connection

from heartwork.roster.imports.stage import Stage

REASON = "same name and birth date"
MOST = 1000


def find_twins(stage: Stage, has_new_students: bool) -> int:
    """Note pairs of students with one name and birth date, where at least one of them came with this import.

    Runs while the staging tables are attached and the students are in. Returns how many pairs are new.
    """
    if not has_new_students:
        return 0
    sql = f"""
        INSERT INTO roster_possibletwin (first_id, second_id, reason)
        SELECT DISTINCT CASE WHEN a.id < b.id THEN a.id ELSE b.id END,
               CASE WHEN a.id < b.id THEN b.id ELSE a.id END, '{REASON}'
        FROM {stage.table("student")} s
        JOIN roster_student a ON a.id = s.id
        JOIN roster_student b ON b.family_name = a.family_name AND b.given_name = a.given_name
             AND b.birth_date = a.birth_date AND b.id <> a.id
        WHERE a.ended_on IS NULL AND b.ended_on IS NULL
          AND NOT EXISTS (SELECT 1 FROM roster_possibletwin t WHERE t.first_id = least_of AND t.second_id = most_of)
        LIMIT {MOST}
    """
    sql = sql.replace("least_of", "CASE WHEN a.id < b.id THEN a.id ELSE b.id END").replace(
        "most_of", "CASE WHEN a.id < b.id THEN b.id ELSE a.id END"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)
