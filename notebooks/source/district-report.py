# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: District report
# ---

# %% [markdown]
# # District report

# %% tags=["parameters"]
# Which numbers, and which district?
release: str = "release.zip"  # help: the published numbers, a path from this folder
unit_id: str = "01"  # help: the district's id, with its leading zeros
portfolio: str = ""  # help: what the schools' teams decided, a path; empty: none is carried
state: str = ""  # help: whose rule the federal ratio is rehearsed by; empty: no line is drawn

# %% setup
# Open the published numbers of the district and its schools, and name the report
from equitylab.reports.story_district import DistrictReport

report = DistrictReport.open(release, unit_id, portfolio=portfolio)
report.title()

# %% [markdown] in one page
# ## In one page

# %% the first page
# What goes well, where do groups differ clearly, and what can adults change?
report.show("at a glance, strengths, clear differences, too small to tell, what next")

# %% [markdown] each school
# ## Each school, in one line
#
# Schools stand in alphabetical order.
# A large school can show more clear differences, having more students, so no line ranks a school.

# %% each school in one line
# What does each school's report say?
report.each_school()

# %% [markdown] who is here
# ## Who is here, and what is counted

# %% whom the district serves
# Who are the students?
report.whom_it_serves()

# %% [markdown] whom each school serves
# ### Whom each school serves

# %% schools served
# Whom does each school serve?
report.schools_served()

# %% [markdown] scope and coverage
# ### Scope and coverage

# %% scope
# Where do the numbers come from?
report.scope()

# %% [markdown] who learns with whom
# ## Who learns with whom
#
# **Dissimilarity** is the share of a group's students, or of all others,
# who would have to change schools for every school to have the same mix: 0 is even, 1 is apart.
# **Isolation** is the share of the same group in the average group member's school.
# **Theil's H** and **mutual information** look at all groups at once; the parts of the second add up.
# In small schools chance alone makes all of them larger than zero,
# so each stands beside its average were the same students placed by lot.
# Read what is beyond chance.
# Where homes, boundaries and choices place students is a result of decisions, past and present.

# %% segregation
# How unevenly are groups spread?
report.segregation()

# %% chapters
# What does the file say of each part of school? A name taken out is a part left out
report.show(
    "discipline, attendance, achievement, graduation, access, identification, staffing, activities"
)

# %% [markdown] who gets which resources
# ## Who gets which resources
#
# A number of a school is not a number of a student: every number here says what it is weighted by.
# A part **between schools** goes with the schools that students attend,
# a part **within schools** with who is taught by whom inside them.
# The indices of evenness ask how alike the schools are, and not whether any of them has enough.

# %% resources
# What reaches whom, and how evenly do schools have it?
report.resources()

# %% [markdown] what accounts for the gaps
# ## What accounts for the gaps
#
# A gap of the district can be found inside its schools, or between them:
# schools in which a group is concentrated can have other rates for everyone.
# Both are results of decisions: the first of routines in schools,
# the second of where students are placed and what each school is given.
# **Within** and **between** split the gap in one way.
# **Rates in the same school** and **being in different schools** split it in another,
# which compares the groups school by school.
# The last table puts all schools together, each student beside others of the own school.
# Where schools differ more than chance makes them, no one number stands for all.

# %% within and between schools
# Where are the gaps found?
report.within_and_between()

# %% federal ratio rehearsal
# What would the federal ratio on disproportionality be?
report.rehearsal(state)

# %% [markdown] two-way groups
# ## Two-way groups
#
# A student is in several groups at once.
# These tables look at two at a time.
# Where numbers are too small, people's own accounts say more.

# %% intersections
# Which two-way groups differ clearly?
report.intersections()

# %% [markdown] change over years
# ## Change over years

# %% changes, and the work
# How did the rates move, and what have the schools' teams chosen?
report.show("changes, work")

# %% [markdown] how to read this
# ## How to read this report
#
# - **Count, rate and interval** stand together.
#   The interval is the range in which the rate of a like group of students could lie.
#   A wide one means few students.
# - **Other students** are everyone else in the same district, or school,
#   in the same year, so no group is the norm for the others.
# - **A difference in percentage points** comes first, then **students to parity**:
#   how many students would have to fare otherwise for the group to have the comparison's rate.
#   A ratio comes last: it looks large when rates are small.
# - **Clear difference** means that the interval leaves out equality,
#   after allowance for how many comparisons were made, and that it is large enough to matter.
#   Some clear differences still appear by chance.
# - **Not clearly different** does not mean equal,
#   and **too few to tell** does not mean unimportant.
# - **Hidden** protects privacy. A hidden number is not a zero.
#   **A band**, such as “5% or less”, stands for none, or all, of the students.
# - What is computed from several published numbers stands in `measures.csv`,
#   beside `findings.csv`, each with its method and a sentence that says it.
# - Differences **within** every group are larger than most differences between groups.
#   No figure here describes any one student.

# %% [markdown] about schools side by side
# ### Schools side by side
#
# Schools stand in alphabetical order, with intervals; nothing here is a ranking.
# Two schools with the same rate can differ widely in how sure that rate is.
# A rate **drawn toward the others** borrows strength from the other schools,
# most where a school has few students. It is a model, not a count.

# %% [markdown] limits
# ## Limits, and what is hidden
#
# This page is drawn from published numbers only: whatever could point to one student is hidden.

# %% limits and suppression
# How much is hidden, and what to keep in mind?
report.limits()

# %% [markdown] definitions
# ## Definitions

# %% terms
# What does each measure count, and how is each number made?
report.definitions()
