"""A small OneRoster 1.2 roster of a school nobody knows, as texts by file name."""

MANIFEST = """propertyName,value
manifest.version,1.0
oneroster.version,1.2
file.academicSessions,{how}
file.orgs,{how}
file.courses,{how}
file.classes,{how}
file.users,{how}
file.roles,{how}
file.enrollments,{how}
file.demographics,{how}
"""

ROSTER = {
    "manifest.csv": MANIFEST.format(how="bulk"),
    "orgs.csv": "sourcedId,status,name,type,parentSourcedId\n"
    "d1,,Brook District,district,\n"
    "s1,,Fern School,school,d1\n"
    "s2,,Moss School,school,d1\n",
    "academicSessions.csv": "sourcedId,title,type,startDate,endDate,schoolYear\n"
    "y1,2025-26,schoolYear,2025-09-03,2026-06-12,2026\n",
    "courses.csv": "sourcedId,title,courseCode\nc1,Homeroom,HR\n",
    "users.csv": "sourcedId,status,enabledUser,username,givenName,familyName,email,agentSourcedIds,grades,password\n"
    "u1,,true,u1,Mara,Quill,mara@example.org,g1,07,\n"
    'u2,,true,u2,Odo,Quill,odo@example.org,"g1,g2",08,\n'
    "u3,,true,u3,Iris,Vane,iris@example.org,,07,\n"
    "g1,,true,g1,Nell,Quill,nell@example.org,,,\n"
    "g2,,true,g2,Finn,Quill,finn@example.org,,,\n"
    "t1,,true,thea,Thea,Marsh,thea@example.org,,,\n"
    "t2,,true,pim,Pim,Holt,pim@example.org,,,\n",
    "roles.csv": "sourcedId,userSourcedId,roleType,role,orgSourcedId,beginDate,endDate\n"
    "r1,u1,primary,student,s1,2025-09-03,\n"
    "r2,u2,primary,student,s1,2025-09-03,\n"
    "r3,u3,primary,student,s2,2025-09-03,\n"
    "r4,g1,primary,parent,s1,,\n"
    "r5,g2,primary,guardian,s1,,\n"
    "r6,t1,primary,teacher,s1,,\n"
    "r7,t2,primary,principal,s1,,\n",
    "classes.csv": "sourcedId,title,courseSourcedId,classType,schoolSourcedId,termSourcedIds\n"
    "k1,Room 7,c1,homeroom,s1,y1\n",
    "enrollments.csv": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,beginDate,endDate\n"
    "e1,k1,s1,u1,student,2025-09-03,2026-06-12\n"
    "e2,k1,s1,u2,student,2025-09-03,2026-06-12\n"
    "e3,k1,s1,t1,teacher,2025-09-03,2026-06-12\n",
    "demographics.csv": "sourcedId,birthDate,sex,asian,white,metadata.homeless\n"
    "u1,2013-01-02,female,true,false,false\n"
    "u2,2012-03-04,male,,,true\n",
}


def roster(**changes: str) -> dict[str, str]:
    """The roster with some files said otherwise: roster(users="...")."""
    return ROSTER | {f"{name}.csv": text for name, text in changes.items()}


def without(name: str, *starts: str) -> str:
    """A file of the roster without the rows that begin with these words."""
    kept = [line for line in ROSTER[f"{name}.csv"].splitlines(True) if not line.startswith(starts)]
    return "".join(kept)


def delta(**files: str) -> dict[str, str]:
    """Only these files, marked as changes."""
    said = "".join(f"file.{name},delta\n" for name in files)
    return {"manifest.csv": "propertyName,value\noneroster.version,1.2\n" + said} | {
        f"{name}.csv": text for name, text in files.items()
    }
