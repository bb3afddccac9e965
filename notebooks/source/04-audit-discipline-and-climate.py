# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Discipline, attendance and climate"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m04", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] predict tags=["facilitator"]
# 8 min. Begin with the care step (“Before the numbers”), three minutes, said slowly; then everyone predicts alone.
# Say that leaving the room for a moment is fine, and who is there to talk to.
# No student and no colleague is named today, not even without a name (“you know who I mean”).

# %% [markdown] before the numbers
# ## What do you expect, and what do you bring?
#
# **Why.** Discipline is where a school's words about belonging are tested.
# The numbers below are about choices that adults made on ordinary afternoons.
# Begin with a memory of dignity; then write your guess.

# %% care tags=["interactive"]
# Before the numbers
lesson.together("hard-sentence")

# %% prediction tags=["interactive"]
# Write your guess, then look
lesson.predict("prediction")

# %% [markdown] reading the first chart
# **How to read this.** Count, rate and interval first, then points, then students to parity.
# The ratio comes last, and not at all where fewer than ten of the students compared with had the outcome.
#
# **Ask yourself.** Did you guess about students, or about an hour of the day?

# %% [markdown] risk ratio lab tags=["facilitator"]
# 20 min. In pairs: one reads the points, the other the ratio, of the same row. Which sounds larger? Which would you say to a family?
# Then each pair looks for an unstable ratio on purpose, and says why it is.
# What may go wrong: treating fewer referrals as the goal by itself. Ask: would we know if adults had only stopped writing them?

# %% [markdown] how often
# ## How many times as often, by how many points, and is it steady?
#
# **Why.** A ratio is easy to remember and easy to misuse: it grows large where rates are small, and jumps where events are few.
# Points and counts keep it honest.

# %% risk lab tags=["interactive"]
# Ratio, points, interval, flag, and a steadier comparison
lesson.show("risk")

# %% [markdown] reading risk
# **How to read this.** “Unstable” comes with its reason: few events, a small group, a wide interval.
# A larger comparison (the district's other students, or several years) steadies the ratio; each one says whom it compares with.
# The share of students beside the share of those with the outcome says the same thing once more; a large group can never double its share.
# Nothing here is a legal finding: thresholds differ from place to place.
#
# **Ask yourself.** If only the ratio were in the newspaper, what would readers not know?

# %% three measures tags=["interactive", "covers:S2-32"]
# Referred, suspended, days lost
lesson.show("three-measures")

# %% years tags=["interactive", "covers:S3-06"]
# Year by year, and all years together
lesson.show("risk-over-years")

# %% [markdown] reading years
# **How to read this.** Each measure counts something else: students, or days.
# A line of three years cannot show a trend; it can show whether a difference is there every time.
# Years that are hidden stay out, and are named.
#
# **Ask yourself.** Which adults, rooms or hours go well for these same students?

# %% ratio rehearsal tags=["interactive"]
# What would a State's rule look at?
lesson.show("ratio-rehearsal")

# %% say it tags=["interactive"]
# One sentence that you could say aloud
lesson.ask("say-it")

# %% [markdown] pathway trace tags=["facilitator"]
# 20 min. Ten minutes to walk the pathway on the floor with flags (pause “pathway walk”), five to fill in the flags, five on place and time.
# Working alone or early: “One afternoon”, then walk it again and choose otherwise at one step only.
# What may go wrong: stories about one child. Bring it back: “At which step was that, and who decided?”

# %% [markdown] where choices are
# ## Where along the way did an adult have a choice?
#
# **Why.** Between what is seen and a day at home there are eight steps, and at most of them an adult decides.
# That is good news: what adults decide, adults can change.

# %% afternoon tags=["interactive"]
# One afternoon: choose the next step
lesson.show("next-step")

# %% walk tags=["interactive"]
# Walk the pathway
lesson.together("pathway-walk")

# %% flags tags=["interactive", "covers:S0-05"]
# Flag each step: a rule, or a choice?
lesson.ask("discretion")

# %% own pathway tags=["interactive"]
# Your own counts, step by step, if you have them
lesson.ask("own-pathway")

# %% pathway lab tags=["interactive", "covers:S0-05", "covers:S3-06"]
# From what is noticed to days out of class
lesson.show("pathway")

# %% place and time tags=["interactive"]
# Where and when
lesson.show("place-time")

# %% [markdown] reading the pathway
# **How to read this.** Each step counts only those who came that far, so a difference at one step is not carried into the next.
# A category that rests on judgement can be right; it needs a definition that two adults would apply alike.
# In the grid the number stands in its cell; a dash is one or two incidents, which are not shown.
# A hot spot is a question to a timetable.
#
# **Ask yourself.** At which flag would least effort change most?

# %% one flag tags=["interactive"]
# Choose one flag to work on
lesson.ask("one-flag")

# %% [markdown] attendance barriers tags=["facilitator"]
# 12 min. First the chart by bus route, then by any student group: let people say what they notice.
# Ask who in the room has ridden the longest route. If nobody: who will, and when?
# What may go wrong: “families who do not care”. Ask what we would see if that were untrue.

# %% [markdown] attendance
# ## Which barrier stands between the front door and home?
#
# **Why.** An absence has a story: a bus, a bad tooth, a younger brother, a hallway.
# Count by barrier first; most barriers are arranged by adults.

# %% attendance lab tags=["interactive", "covers:S2-31"]
# Absence by journey, by barrier, by group
lesson.show("attendance")

# %% [markdown] reading attendance
# **How to read this.** The attendance rate counts days, and hides a few students who miss many; chronic absence counts the students.
# Compare how far rates lie apart by journey and by student group.
# Small routes wander more than large halves of a school, so read the travel time beside them.
#
# **Ask yourself.** Who arranges the barrier that tells most, and have they seen this chart?

# %% own barriers tags=["interactive"]
# Your own counts by barrier
lesson.ask("own-barriers")

# %% one barrier tags=["interactive"]
# One barrier that adults can lower
lesson.ask("one-barrier")

# %% [markdown] safe and known
# ## Where do students feel safe, do we answer, and who is known?
#
# **Why.** A student who feels unsafe after lunch does not learn after lunch.
# A report that nobody answers teaches everyone not to report.
# And belonging often hangs on one adult who notices.

# %% safety map tags=["interactive", "covers:S3-11"]
# Draw the safety map with students
lesson.ask("safety-map")

# %% safe places tags=["interactive"]
# Where students feel safe, and where not
lesson.show("safe-places")

# %% two indicators tags=["interactive", "covers:S3-11"]
# Rate two indicators of the audit rubric, alone
lesson.ask("two-indicators")

# %% response time tags=["interactive", "covers:S3-11"]
# Set the time within which a report is answered
lesson.ask("response-time")

# %% own reports tags=["interactive"]
# Your own reports, term by term
lesson.ask("own-reports")

# %% reports answered tags=["interactive"]
# Reports answered in time
lesson.show("reports-answered")

# %% belonging tags=["interactive", "covers:S0-08"]
# Who feels that they belong?
lesson.show("belonging")

# %% known rows tags=["interactive", "covers:S0-08"]
# Count the students whom no adult names
lesson.ask("known-rows")

# %% known tags=["interactive", "covers:S0-08"]
# Known by an adult
lesson.show("known-by-an-adult")

# %% [markdown] reading climate
# **How to read this.** The same students speak of every place, so compare places with each other, not students.
# A scale of three questions has an interval from resampling the students who answered; look at how many did.
# More reports can mean more trust.
# Names on a list without a dot are for one meeting, and never for this file.
#
# **Ask yourself.** What does the place where belonging is high do in its first five minutes?

# %% [markdown] strategy compare tags=["facilitator"]
# 15 min. Half the room argues for a strategy with the evidence against it in hand; after five minutes, change sides.
# Then everyone names a balancing measure. Without one, nothing is chosen today.
# What may go wrong: adopting a programme whole. Ask for the smallest test, and when you would stop.
# The safety map, response time and “known by an adult” are work for between sessions: hand them out now.

# %% [markdown] two strategies
# ## What speaks for a strategy, what against, and what would tell us of harm?
#
# **Why.** Each of these has helped someone, somewhere, on average.
# None is a promise: read what was not found as carefully as what was.

# %% strategies tags=["interactive"]
# Two strategies side by side
lesson.show("strategies")

# %% [markdown] reading strategies
# **How to read this.** All of these trials drew lots, which is what allows the word “found”; they drew them elsewhere.
# “Not clearly” is not “no”, and an average can hide a group or a grade for which it went the other way.
#
# **Ask yourself.** Which result would you rather not have read?

# %% choice tags=["interactive", "covers:S3-15"]
# What would have to be true, and what would show harm?
lesson.ask("choice")

# %% [markdown] finding cards tags=["facilitator"]
# 10 min. One card each, about a step, an hour or a barrier; the subject of its title is a routine.
# Save before people talk.
# What may go wrong: a card about a group without a strength. Ask where these same students thrive, and with whom.

# %% [markdown] write it down
# ## What will the cards say?
#
# **Why.** These cards go beside those of notebook 03 into the choice of priorities.

# %% finding cards tags=["interactive", "covers:S0-12"]
# Write a finding card
lesson.cards()

# %% [markdown] reading cards
# **How to read this.** Choose kind “process” for a step or an hour, “access” for days of lessons lost.
# A card closes with a strength, and with what is not known.
#
# **Ask yourself.** Would a student who has been removed recognise this as true?

# %% [markdown] promise tags=["facilitator"]
# 5 min. One promise each, tied to a moment in the coming week; someone who asks about it.
# Thank people, and say where to go with what was stirred up today.

# %% [markdown] what will you do
# ## What will you do, and when?
#
# **Why.** The next afternoon comes tomorrow.

# %% promise of this notebook tags=["interactive"]
# One promise, with a date
lesson.promise()

# %% [markdown] think back
# ### What did this stir up?
#
# Nobody sees these answers but you.

# %% reflection tags=["interactive"]
# Questions to yourself
lesson.reflect()

# %% [markdown] check
# ### Have you got it?
#
# Five questions; each answer comes with its reason, the wrong ones too.

# %% self check tags=["interactive"]
# Check yourself
lesson.check()

# %% [markdown] done
# ## What you have done
#
# - Calculated risk ratios and composition measures, and said when each is unstable.
# - Traced a discipline pathway from incident to consequence, and located discretionary points.
# - Examined attendance patterns by barrier rather than by student.
# - Evaluated evidence for and against two climate strategies before choosing one.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
