# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: School report
# ---

# %% [markdown]
# # School report

# %% tags=["parameters"]
# Which numbers, and which school?
release: str = "release.zip"  # help: the published numbers, a path from this folder
unit_id: str = "0101"  # help: the school's id, with its leading zeros
portfolio: str = ""  # help: the team's own work, a path; empty: none is carried

# %% setup
# Open the school's published numbers, and name the report
from equitylab.reports.story import SchoolReport

report = SchoolReport.open(release, unit_id, portfolio=portfolio)
report.title()

# %% [markdown] in one page
# ## In one page

# %% the first page
# What goes well, where do groups differ clearly, and what can adults change?
report.show("at a glance, strengths, clear differences, too small to tell, what next")

# %% [markdown] who is here
# ## Who is here, and what is counted

# %% whom the school serves
# Who are the students?
report.whom_it_serves()

# %% [markdown] scope and coverage
# ### Scope and coverage

# %% scope
# Where do the numbers come from?
report.scope()

# %% chapters
# What does the file say of each part of school? A name taken out is a part left out
report.show(
    "discipline, attendance, achievement, without the line, graduation, access, doors, "
    "identification, staffing, activities, what people said"
)

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
# How did the rates move, how far must they, and what did the team decide?
report.show("changes, far enough, work")

# %% [markdown] how to read this
# ## How to read this report
#
# - **Count, rate and interval** stand together.
#   The interval is the range in which the rate of a like group of students could lie.
#   A wide one means few students.
# - **Other students** are everyone else in the same school in the same year,
#   so no group is the norm for the others.
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
# - Differences **within** every group are larger than most differences between groups.
#   No figure here describes any one student.

# %% [markdown] limits
# ## Limits, and what is hidden
#
# This page is drawn from published numbers only: whatever could point to one student is hidden.

# %% limits and suppression
# How much is hidden, and what can still be said of small groups?
report.show("limits, small groups")

# %% [markdown] definitions
# ## Definitions

# %% terms
# What does each measure count, and how is each number made?
report.definitions()
