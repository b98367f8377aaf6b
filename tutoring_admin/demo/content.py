"""Names for the demo: schools and leaders, all invented."""

from __future__ import annotations

MAPLE_SCHOOLS = (
    "Cedar Hill ES",
    "Harbor View ES",
    "Lincoln ES",
    "Northside ES",
    "Oak Ridge ES",
    "Prairie Creek ES",
    "Riverbend MS",
    "Summit MS",
    "Westbrook K-8",
    "Willow Park ES",
    "Dr. Rosa Ybarra Dual Language Academy",
    "Franklin D. Roosevelt Middle School",
)
CEDAR_SCHOOLS = ("Garfield ES", "Mill Street ES", "Riverside MS")

# Role key to how many seats at the district. School seats are made for every school.
MAPLE_SEATS = {
    "EXEC_CHAMPION": 1,
    "SUPERINTENDENT": 1,
    "PROGRAM_LEAD": 1,
    "PROJECT_MANAGER": 1,
    "PROVIDER_MANAGER": 1,
    "INSTR_SUPERVISOR": 2,
    "COACH_LEAD": 1,
}
CEDAR_SEATS = {
    "EXEC_CHAMPION": 1,
    "SUPERINTENDENT": 1,
    "PROGRAM_LEAD": 1,
    "PROJECT_MANAGER": 1,
    "INSTR_SUPERVISOR": 1,
}
MAPLE_COACHED = ("Cedar Hill ES", "Riverbend MS", "Summit MS")
MAPLE_LIAISONS = ("Lincoln ES", "Riverbend MS")

# The two empty seats and the one held for the time being.
MAPLE_VACANT = {("DEPT_LEGAL", None), ("SITE_LEAD", "Northside ES")}
MAPLE_INTERIM = {("PRINCIPAL", "Willow Park ES")}

LEADERS = (
    "Priya Natarajan",
    "Harold Nguyen",
    "Grace Liu",
    "Jo Adeyemi",
    "Karen Holt",
    "Luis Romero",
    "Beatriz Salazar",
    "Thomas Eriksen",
    "Nadia Rahman",
    "William Chen",
    "Aisha Campbell",
    "Robert Kaminski",
    "Elena Petrova",
    "Darnell Washington",
    "Michelle Tran",
    "Patrick Doyle",
    "Sofia Marquez",
    "Kevin O'Brien",
    "Fatima Siddiqui",
    "Andrew Lindgren",
    "Monique Baptiste",
    "Carlos Villanueva",
    "Hannah Goldberg",
    "Isaac Freeman",
    "Mei Tanaka",
    "Gregory Stone",
    "Olivia Hartmann",
    "Rafael Dominguez",
    "Tanya Volkov",
    "Christopher Vandenberghe-Montgomery",
    "Denise Fontaine",
    "Jamal Pierce",
    "Ingrid Solberg",
    "Leah Abrams",
    "Vincent Moretti",
    "Joanna Wisniewski",
    "Abdul Karim",
    "Stephanie Brandt",
    "Miguel Ortega",
    "Ruthanne Bell",
)
