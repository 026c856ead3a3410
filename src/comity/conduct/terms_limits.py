"""Bounds on terms and on what is said about them, each with its reason."""

PARTIES = 250
"""All 193 States and the entities that sign beside them."""

OTHERS = 60
"""Secretariats, third parties and observers: the largest missions count fewer than thirty."""

MEASURES = 150
"""Every measure of both catalogues (120), and some the parties wrote themselves."""

FORMS = 40
"""Forms of one measure; the procedure with most steps names twelve."""

PARAMETERS = 80
"""Parameters of one measure; the procedure with most has about thirty."""

LIMITS = 200
"""Limits agreed: five categories for each of forty parties."""

ZONES = 300
"""Zones: the longest list read (restricted areas of a sea) has under a hundred."""

SENSITIVE_DATES = 200
"""Dates on which the parties would rather not act: about ten for each party of a regional group."""

HOLIDAYS = 400
"""Holidays of one party: thirty a year for a dozen years."""

LANGUAGES = 12
"""The six of the United Nations and as many more."""

CLAUSES = 300
"""Free clauses: the longest document of this kind has under 200 paragraphs."""

WORDS = 20_000
"""Characters of one free clause in one language: some eight printed pages."""

TITLE = 500
"""Characters of a title or a name: the longest official name of an arrangement has under 300."""

NAME = 200
"""Characters of a name, code, hash, date or recurrence."""

RECORD = 1_000_000
"""Bytes of a version in canonical form, so that it fits one act with room for the rest."""

LEFT = 250
"""Parties whose leaving one version records: all of them at most."""

BALLOTS = 10_000
"""Number of a ballot: one a day for a quarter of a century."""

NUMBERED = 1_000_000
"""Number of a suspension or declaration in one party's own series."""

TEXTS = 600
"""Procedures and forms carried beside one version."""
