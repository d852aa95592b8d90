"""Tiers, domains, emphases and the kinds of support that the report names. A district may change every word.

The report: Leadership for Caring and Supportive Schools. Washington State University, College of Education, 2021.
"""

from django.db import migrations

TIERS = [(1, "Tier 1", "for everyone"), (2, "Tier 2", "for some students"), (3, "Tier 3", "for one student at a time")]
DOMAINS = [  # in the order of the sectors, clockwise from the top
    ("belonging", "Belonging"),
    ("learning", "Learning"),
    ("behavior", "Behavior"),
    ("health", "Health"),
    ("home", "Family and home"),
    ("feelings", "Feelings"),
]
EMPHASES = [
    ("relationship", "builds relationship"),
    ("skill", "teaches a skill"),
    ("behavior", "changes behavior"),
    ("barrier", "removes a barrier"),
    ("resource", "supplies a resource"),
    ("learning", "supports learning"),
]

REPORT = "Leadership for Caring (WSU, 2021): "
SYSTEMS = REPORT + "Systemic supports"
LEARNING = REPORT + "Professional development"
PEOPLE = REPORT + "Personnel, and problem-solving"
AUDIT = REPORT + "Activity: Systems supporting kids"
STRENGTHS = REPORT + "Areas of strength"
GROWTH = REPORT + "Areas for growth"
LESSONS = REPORT + "Enduring lessons for caring from COVID-19"

KINDS = [
    # code, name, about, cites, tier, domain, emphasis, particulars, reach, meant for, known as
    (
        "core-instruction", "Core instruction for everyone (MTSS)",
        "Teaching that reaches every student, in every class, with help built in. The ground of a multi-tiered system.",
        SYSTEMS, 1, "learning", "learning", "", "everyone", "",
        "mtss tier 1 core instruction|mtss tier 1|core instruction|mtss|multi-tiered system of supports",
    ),
    (
        "pbis", "Schoolwide expectations (PBIS)",
        "A few expectations taught to everyone, noticed and thanked when they are met.",
        SYSTEMS, 1, "behavior", "behavior", "", "everyone", "",
        "pbis schoolwide expectations|pbis|pbis tier 1|schoolwide expectations"
        "|positive behavioral interventions and supports",
    ),
    (
        "sel-curriculum", "Social and emotional learning curriculum",
        "Lessons, often daily, in which everyone learns to know feelings, to calm down and to get along.",
        SYSTEMS, 1, "feelings", "skill", "", "everyone", "",
        "sel curriculum|sel|social-emotional learning|social emotional learning|social and emotional learning curriculum",
    ),
    (
        "advisory", "Advisory and class meetings",
        "A small group and one adult who meet often enough to know how each other are.",
        AUDIT, 1, "belonging", "relationship", "", "everyone", "",
        "advisory and class meetings|advisory|class meeting|class meetings|morning meeting|morning circle|homeroom advisory",
    ),
    (
        "checkins", "Quick check-ins with students",
        "A few taps, often, by which students say how they are, and an adult who answers.",
        LESSONS, 1, "feelings", "relationship", "", "everyone", "",
        "student check-ins|emotional check-in|daily check-in|weekly check-in|quick check-ins with students",
    ),
    (
        "competence-grading", "Grading by what a student can do",
        "Grades that say what a student has learned by now, so that a hard month does not sink a year.",
        LESSONS, 1, "learning", "barrier", "", "everyone", "",
        "competence-based grading|competency-based grading|standards-based grading",
    ),
    (
        "first-conferences", "Family conferences before school begins",
        "Someone from school talks with every family before the first day, and keeps on trying.",
        LESSONS, 1, "home", "relationship", "", "everyone", "",
        "family conferences before school begins|welcome conference|welcome conferences|home visits",
    ),
    (
        "whole-child-goal", "Whole-child goal in the improvement plan",
        "A goal of the school or the district that names care and well-being, known to the board and paid for.",
        SYSTEMS, 1, "belonging", "resource", "", "adults", "",
        "whole-child goal|school improvement goal|whole child goal in the improvement plan",
    ),
    (
        "clubs", "Clubs and teams",
        "Something a student chose, with others who chose it, and an adult who looks forward to it.",
        AUDIT, 1, "belonging", "relationship", "", "listed", "",
        "clubs and teams|clubs|teams|athletics|sports|after-school activities|after-school clubs|music|band|theater",
    ),
    (
        "student-service", "Students who care for others",
        "A crew, a service project or mentors among students: care as something students give.",
        REPORT + "Relational modelling", 1, "belonging", "relationship", "", "listed", "",
        "kindness crew|service project|peer mentors|peer mentoring|students who care for others",
    ),
    (
        "checkin-checkout", "Check-in / check-out",
        "An adult greets the student each morning, sets goals for the day and looks back on them before home.",
        SYSTEMS, 2, "behavior", "behavior", "", "listed", "",
        "check-in/check-out|check-in / check-out|check in check out|check-in check-out|cico",
    ),
    (
        "social-skills", "Social skills group",
        "A small group practices what is hard for them: joining in, losing a game, saying no.",
        GROWTH, 2, "feelings", "skill", "", "listed", "",
        "social skills group|social skills|small group sel|sel small group|coping skills group",
    ),
    (
        "reading", "Reading intervention",
        "Extra teaching in reading, in a small group, several times a week.",
        SYSTEMS, 2, "learning", "learning", "", "listed", "",
        "reading intervention|reading support|title i reading|literacy intervention",
    ),
    (
        "mathematics", "Math intervention",
        "Extra teaching in mathematics, in a small group, several times a week.",
        SYSTEMS, 2, "learning", "learning", "", "listed", "",
        "math intervention|mathematics intervention|math support|title i math",
    ),
    (
        "attendance-mentoring", "Attendance mentoring",
        "An adult notices every absence, asks what was in the way, and helps to move it.",
        SYSTEMS, 2, "belonging", "barrier", "", "listed", "",
        "attendance mentoring|attendance mentor|check and connect|check & connect|attendance support",
    ),
    (
        "affinity-group", "Counselor affinity group",
        "Students who live through the same thing meet with a counselor: a divorce, a loss, having few friends.",
        PEOPLE, 2, "belonging", "relationship", "", "listed", "",
        "counselor affinity group|affinity group|grief group|divorce group|changing families group|friendship group"
        "|lunch group|newcomer group",
    ),
    (
        "unnoticed", "A trusted adult for students who go unnoticed",
        "For students who do well enough, join nothing and are named by nobody: one adult who seeks them out.",
        PEOPLE, 2, "belonging", "relationship", "", "listed", "",
        "trusted adult|two by ten|2x10|mentor|mentoring|adult mentor",
    ),
    (
        "restorative-circles", "Restorative circles",
        "After harm, those concerned meet, say what happened and agree how to put it right.",
        PEOPLE, 2, "behavior", "relationship", "", "listed", "",
        "restorative circles|restorative justice|restorative practices|restorative conference",
    ),
    (
        "english-development", "English language development",
        "Teaching for students who learn English while they learn everything else. Owed by law.",
        SYSTEMS, 2, "learning", "learning", "", "listed", "english_learner",
        "english language development|eld|esl|ell services|english learner services|bilingual program",
    ),
    (
        "mckinney-vento", "McKinney-Vento services",
        "For youth without stable housing: enrollment at once, rides to the same school, supplies. Owed by law.",
        PEOPLE, 2, "home", "barrier", "", "listed", "no_stable_housing",
        "mckinney-vento services|mckinney-vento|mckinney vento|homeless services|mkv",
    ),
    (
        "housing-support", "More for youth without stable housing",
        "What the law does not ask and a child still needs: a shower, laundry, a place for homework, someone to call.",
        PEOPLE, 2, "home", "resource", "", "listed", "no_stable_housing",
        "homelessness supports|homeless youth support|housing support|basic needs support",
    ),
    (
        "behavior-plan", "Behavior intervention plan",
        "What one student's behavior is telling us, and what the adults will do differently.",
        SYSTEMS, 3, "behavior", "behavior", "", "listed", "",
        "behavior intervention plan|bip|behavior plan|behavior support plan|fba/bip",
    ),
    (
        "therapy", "Mental health therapy at school",
        "One student and a therapist, in the building, in school hours.",
        GROWTH, 3, "health", "skill", "", "listed", "",
        "school-based mental health therapy|mental health therapy|school-based therapy|therapy"
        "|individual counseling|counseling, weekly",
    ),
    (
        "wraparound", "Wraparound plan",
        "Family, school and agencies around one table, with one plan that the family leads.",
        STRENGTHS, 3, "home", "barrier", "", "listed", "",
        "wraparound plan|wraparound|wraparound services|wrap",
    ),
    (
        "special-education", "Special education services",
        "What a student's individualized education program promises. Owed by law.",
        SYSTEMS, 3, "learning", "learning", "", "listed", "disability",
        "special education services|special education|iep|individualized education program|sped",
    ),
    (
        "transition", "A hand-off from middle school to high school",
        "For students with intensive support: who receives them in grade 9, what helped, and the first thirty days.",
        GROWTH, 3, "belonging", "relationship", "", "listed", "",
        "transition support|middle to high transition|grade 9 transition|ninth grade transition",
    ),
    (
        "alternative-school", "Alternative school",
        "Another place to learn, smaller or arranged differently, chosen rather than sent to.",
        GROWTH, 3, "learning", "barrier", "", "listed", "",
        "alternative school|alternative program|alternative learning experience|ale",
    ),
    (
        "pathways", "Another pathway or a way to finish",
        "Remote or part-time learning, credit made good, work-based learning, a GED program.",
        GROWTH, 2, "learning", "barrier", "", "listed", "",
        "alternative pathway|pathways|credit recovery|ged program|ged|online learning|remote learning|hybrid learning",
    ),
    (
        "counselor", "Counselor",
        "Knows the students of some grades, opens doors for them, and is there on the worst day.",
        PEOPLE, 1, "feelings", "relationship", "position", "everyone", "",
        "counselor|school counselor|counselors",
    ),
    (
        "therapist", "Mental health therapist",
        "A clinician in the building, for students and for the adults who ask how to help.",
        PEOPLE, 3, "health", "skill", "position", "listed", "",
        "mental health therapist|therapist|school psychologist|school social worker|social worker",
    ),
    (
        "academic-specialist", "Academic support specialist",
        "Teaches the few who need it most, and shows others how.",
        PEOPLE, 2, "learning", "learning", "position", "listed", "",
        "academic support specialist|academic interventionist|interventionist|reading specialist|math specialist",
    ),
    (
        "care-coach", "Care coach",
        "Walks beside students whose lives are hard right now, at school and at home.",
        PEOPLE, 2, "belonging", "relationship", "position", "listed", "",
        "care coach|student advocate|success coach|family liaison|home liaison",
    ),
    (
        "restorative-specialist", "Restorative discipline specialist",
        "Turns an incident into a conversation and a repair, and teaches others to.",
        PEOPLE, 2, "behavior", "relationship", "position", "listed", "",
        "restorative discipline specialist|restorative specialist|dean of students",
    ),
    (
        "sel-lead", "Lead for social and emotional learning",
        "Someone at the district office, such as an assistant director of teaching and learning, whose work is this.",
        PEOPLE, 1, "feelings", "resource", "position", "adults", "",
        "sel lead|sel coordinator|assistant director of teaching and learning|director of sel",
    ),
    (
        "housing-staff", "McKinney-Vento and student services staff",
        "People whose days are for youth without stable housing and their families.",
        PEOPLE, 2, "home", "resource", "position", "listed", "no_stable_housing",
        "mckinney-vento liaison|mckinney-vento staff|homeless liaison|student services specialist",
    ),
    (
        "family-partnership", "Partnership for family engagement",
        "An organization that families already trust, working with the school.",
        PEOPLE, 1, "home", "relationship", "partnership", "everyone", "",
        "family engagement partnership|family engagement|parent-teacher association|pta",
    ),
    (
        "family-outreach", "Outreach to families we have not reached",
        "New ways to reach the families whom calls and letters miss: other languages, home visits, a person they know.",
        GROWTH, 2, "home", "relationship", "", "listed", "",
        "family outreach|persistent outreach|outreach to families",
    ),
    (
        "clinic", "Partnership with a health clinic",
        "Care for body and teeth in school or close to it, without a day lost.",
        PEOPLE, 2, "health", "resource", "partnership", "listed", "",
        "clinic partnership|health clinic|school-based health center|community health clinic|dental van",
    ),
    (
        "youth-club", "Partnership with a youth club",
        "A safe place after school with adults who know the students, such as a Boys & Girls Club.",
        PEOPLE, 2, "belonging", "relationship", "partnership", "listed", "",
        "boys & girls club|boys and girls club|youth club|ymca|after-school program",
    ),
    (
        "mental-health-access", "Mental health access for students, families and staff",
        "A way to see someone soon, whoever you are in the school.",
        STRENGTHS, 2, "health", "resource", "partnership", "listed", "",
        "mental health access|mental health partnership|telehealth|teletherapy|employee assistance program",
    ),
    (
        "trauma-training", "Trauma-informed practice",
        "Adults learn what hard experiences do to a child (ACEs) and what a safe classroom is.",
        LEARNING, 1, "feelings", "skill", "learning", "adults", "",
        "trauma-informed training|trauma-informed practice|trauma informed|aces training|aces",
    ),
    (
        "discipline-training", "Learning another way to discipline",
        "Adults learn to look for what lies behind behavior and to answer it fairly (for example, Sound Discipline).",
        LEARNING, 1, "behavior", "skill", "learning", "adults", "",
        "discipline-system training|discipline training|sound discipline|restorative training",
    ),
    (
        "adult-sel", "Social and emotional learning for adults",
        "Adults learn to care for themselves, to know what sets them off and to build relationships.",
        LEARNING, 1, "feelings", "relationship", "learning", "adults", "",
        "adult sel|staff sel training|staff wellness training|relationship building training",
    ),
    (
        "technology-learning", "Time to learn the tools",
        "Training and planning time, so that technology serves the work and not the other way round.",
        LESSONS, 1, "learning", "skill", "learning", "adults", "",
        "technology training|digital tools training|educational technology training",
    ),
    (
        "wellness", "Wellness committee",
        "Students and adults who plan for well-being all year long, not one week of it.",
        LESSONS, 1, "health", "resource", "", "adults", "",
        "wellness committee|wellness team|wellness",
    ),
    (
        "adult-support", "Adults who hold each other up",
        "Habits by which adults thank, relieve and look after one another; students see it.",
        STRENGTHS, 1, "belonging", "relationship", "", "adults", "",
        "staff support system|adult support|gratitude practice|staff recognition|staff wellness",
    ),
]  # fmt: skip


def add(apps, schema_editor):
    tier, domain, emphasis, kind = (apps.get_model("supports", n) for n in ("Tier", "Domain", "Emphasis", "Kind"))
    attribute = apps.get_model("roster", "Attribute")
    for number, name, meaning in TIERS:
        tier.objects.get_or_create(number=number, defaults={"name": name, "meaning": meaning})
    for sector, (code, name) in enumerate(DOMAINS):
        domain.objects.get_or_create(code=code, defaults={"name": name, "sector": sector})
    for order, (code, name) in enumerate(EMPHASES):
        emphasis.objects.get_or_create(
            code=code, defaults={"name": name, "order": order, "changes_behavior": code == "behavior"}
        )
    tiers = {row.number: row for row in tier.objects.all()}
    domains = {row.code: row for row in domain.objects.all()}
    emphases = {row.code: row for row in emphasis.objects.all()}
    attributes = {row.code: row for row in attribute.objects.all()}
    for code, name, about, cites, tier_number, place, aim, particulars, reach, meant_for, known_as in KINDS:
        kind.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "about": about,
                "cites": cites,
                "tier": tiers[tier_number],
                "domain": domains[place],
                "emphasis": emphases[aim],
                "particulars": particulars,
                "reach": reach,
                "meant_for": attributes.get(meant_for),
                "known_as": known_as,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("supports", "0002_say_whom_a_kind_is_meant_for"),
        ("roster", "0002_attributes_every_district_starts_with"),
    ]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
