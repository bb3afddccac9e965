# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Access and outcomes: reading gaps with care"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m03", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] predict tags=["facilitator"]
# 8 min. Everyone writes alone, before any chart is on a screen; then each reads the guess, not the reason, to one neighbour.
# Say: a wrong guess is the most useful thing you can make today.
# Ask people not to scroll on.
# What may go wrong: someone has seen the report already. Let them predict a second group instead.

# %% [markdown] what do you expect
# ## What do you expect to see?
#
# **Why.** What we expect steers what we notice.
# If you write your guess first, the numbers can surprise you, and a surprise is where learning starts.

# %% prediction tags=["interactive", "covers:S2-08", "covers:S4-06"]
# Write your guess, then look
lesson.predict("prediction")

# %% [markdown] reading the first chart
# **How to read this.** Count, rate and interval stand together.
# The interval is where the rate of a like group of students could lie: wide means few students.
# The difference comes in percentage points, then in students: how many would have to fare otherwise for the rates to meet.
# “Clear difference” allows for chance over all comparisons of the school; “not clearly different” does not mean equal.
# What is hidden protects children who could be recognised, and is never a zero.
#
# **Ask yourself.** Where were you far off, and what had you seen, or not seen, that made you say so?

# %% [markdown] see tags=["facilitator"]
# 20 min. Ten minutes on the explorer in pairs (pause “predict, see, explain”), then each pair takes one of the four sections that follow: courses, opportunities, test lines, leaving school.
# In the last three minutes each pair reads one sentence aloud, word for word as it stands above its chart.
# Whoever starts with “because” is asked, kindly, to put it on the wall as a question.
# Short of time: leave out graduation and college, which can be read at home.

# %% [markdown] how far apart
# ## How far apart are rates, and how sure are we?
#
# **Why.** A gap is a fact about rates, not about students.
# Read it with its counts, or it will be read as a verdict.

# %% explorer tags=["interactive", "covers:S3-05"]
# Look at any measure, group, year and comparison
lesson.show("gap-explorer")

# %% [markdown] reading the explorer
# **How to read this.** The first paragraph is made to be read aloud.
# The chart has every group of the same year; the table has the same numbers, with the ratio last, for it looks large when rates are small.
# No ratio is shown where fewer than ten of the students compared with had the outcome.
# The last lines say how wide the range is inside the group: students of one group differ far more than groups do.
#
# **Ask yourself.** Can you say what is there without saying why?

# %% see together tags=["interactive"]
# Predict, see, and leave “explain” open
lesson.together("see-together")

# %% what you see tags=["interactive"]
# Write what is there, and two ways to read it
lesson.ask("what-i-see")

# %% [markdown] let in
# ## Who is let in, and how does it go from there?
#
# **Why.** Entry to a demanding course is a decision that adults make: a recommendation, a test, a timetable.
# Pair it with success, and you see whether the door or the room needs work.
# Look for an open door too: a roster that mirrors the school is a strength that someone has built.

# %% courses tags=["interactive", "covers:S3-27"]
# Entry, success and rosters
lesson.show("courses-and-activities")

# %% [markdown] reading courses
# **How to read this.** Dots left of the dashed line: this group's rate is lower than everyone else's.
# Where one year has too few students to tell, several years are counted together, and the year column says so.
# Rosters are often incomplete: what students do at church, at work or at home is not counted here, and counts all the same.
#
# **Ask yourself.** Is the difference at the door, or beyond it?

# %% doors tags=["interactive"]
# Offered, enrolled, passed: where does the gap stand?
lesson.show("doors")

# %% at the door tags=["interactive"]
# How does a student come through this door?
lesson.ask("at-the-door")

# %% [markdown] four opportunities
# ## Do good teachers, demanding courses, a safe place and tools reach everyone?
#
# **Why.** Outcomes are late news.
# Opportunities can be seen, and changed, this term.

# %% opportunities tags=["interactive", "covers:S2-01"]
# Four opportunities, one group, beside everyone else
lesson.show("four-opportunities")

# %% [markdown] reading opportunities
# **How to read this.** For seats with first- and second-year teachers, more is not better; for courses, safety and tools it is.
# The last column says where a row comes from: published, your own counts, or practice.
#
# **Ask yourself.** Which of the four could you not have answered from memory? Who could count it by next month?

# %% own opportunities tags=["interactive"]
# Your own counts on safety and tools, if you have them
lesson.ask("own-opportunities")

# %% [markdown] test lines
# ## What does the line of a test do to a gap?
#
# **Why.** “Percent at the standard” turns many scores into two heaps.
# Move the line and the gap moves, though no student has learned more or less.

# %% cut points tags=["interactive", "covers:S2-29"]
# The line and the mean, then the same scores with another line
lesson.show("cut-points")

# %% [markdown] reading cut points
# **How to read this.** For your school: if the line and the mean say different things, say both.
# In the practice chart each row is the same set of scores with the line at another place.
# Test results reflect opportunities in and out of school, and a narrow part of learning.
#
# **Ask yourself.** If the line moved next year, which of your sentences would still be true?

# %% [markdown] leaving school
# ## Who graduates, and what comes after?
#
# **Why.** Each school opens or closes paths that show only years later.
# A middle school has no graduates, and has a share in every graduation.

# %% graduation tags=["interactive", "covers:S2-28"]
# Graduation on time, beside everyone else, a goal and the year before
lesson.show("graduation")

# %% after school tags=["interactive", "covers:S2-30"]
# Accepted, enrolled, in training
lesson.show("after-school")

# %% own leavers tags=["interactive"]
# Your own leavers, if you know them
lesson.ask("own-leavers")

# %% [markdown] reading leavers
# **How to read this.** Rules on who counts in a cohort, and transfers, change a graduation rate: compare like with like.
# Acceptance is a promise; enrolment, paid training, an apprenticeship or service is where it is kept.
# Two groups can be far apart on one of these and close on all together.
#
# **Ask yourself.** Whose path is missing from this list?

# %% next place tags=["interactive"]
# What your school owes to the next one
lesson.ask("next-place")

# %% [markdown] comparison rules tags=["facilitator"]
# 15 min. Put six chairs in a row, one a comparison. One person holds the card “12 of 60” (or your own) and sits beside each in turn; the chair's occupant reads what it hides.
# Then each team chooses its comparison and writes the reason.
# What may go wrong: comparing every group with one group. Ask: who decided that they are the measure?
# End with place and opportunity: it matters most to teams who may not look at personal characteristics.

# %% [markdown] compared with whom
# ## Compared with whom, and what does that hide?
#
# **Why.** A gap needs two sides, and whoever chooses the second side shapes the story.
# Every comparison hides something, so know what yours hides.

# %% comparison rules tags=["interactive"]
# The same rate beside six comparisons
lesson.show("comparison-rules")

# %% [markdown] reading comparisons
# **How to read this.** The count in the first line never changes; only the difference does.
# “All students” includes the group itself, so its gap is always smaller.
# “The most favourable rate” is partly luck where groups are small.
# A row without a number says why: something that it needs is hidden, or not yet typed in.
#
# **Ask yourself.** Which of these would the students themselves choose?

# %% which comparison tags=["interactive"]
# Choose your comparison, and give a reason
lesson.ask("which-comparison")

# %% [markdown] place
# ## Which doors does a map or a calendar close?
#
# **Why.** Some of what looks like a gap between people is a bus that comes late, or a list that is full by September.
# Where a student lives and when they joined are things a school can plan for.

# %% place and opportunity tags=["interactive", "covers:S4-10"]
# By journey, and by when students joined
lesson.show("place")

# %% [markdown] reading place
# **How to read this.** Where your file has no column for place, two fictional schools stand in.
# A pattern by place is a question to a schedule, a boundary or a calendar.
#
# **Ask yourself.** Which of your offers starts before the last bus has arrived?

# %% place questions tags=["interactive"]
# Doors in your own school
lesson.ask("place-questions")

# %% [markdown] small numbers and mix tags=["facilitator"]
# 12 min. Ask each person for the size of the smallest group they care about; type two or three of them in.
# Let the room guess the range before you draw. Then the composition chart, in silence for a minute: what rose, what fell?
# What may go wrong: “So we can say nothing about small groups.” Answer: numbers cannot, people can; go straight to the listening dates.

# %% [markdown] small numbers
# ## What do small numbers do, and who will listen?
#
# **Why.** With seven students, one is fourteen points.
# A rate that jumps from year to year tells of arithmetic more than of teaching.
# And children who are few have as much right to be heard as those who are many.

# %% small numbers lab tags=["interactive"]
# Ten ordinary years in which nothing changes
lesson.show("small-numbers")

# %% too small tags=["interactive"]
# Whom can the numbers not speak for?
lesson.show("too-small-to-tell")

# %% [markdown] reading small numbers
# **How to read this.** Each ring is one year drawn by lot; the dashed line is the rate that lies beneath all of them.
# When two groups change places so easily, putting them in an order says nothing: no list here is ordered by outcome.
# Several years together steady a rate, and blur what changed between them.
#
# **Ask yourself.** Whose year have you praised or worried over that was only an ordinary one?

# %% listening dates tags=["interactive"]
# Set a date to listen, for each group that numbers cannot speak for
lesson.ask("listening-dates")

# %% [markdown] mix
# ## Can each part rise while the whole falls?
#
# **Why.** A school is not the same students as last year.
# Before you say that something rose or fell, look at who is counted.

# %% composition tags=["interactive"]
# Rates inside grades, and who is in which grade
lesson.show("composition")

# %% [markdown] reading composition
# **How to read this.** The filled dot is the change of the whole school.
# Below it, its two parts: what the rates alone would have made of it, and what the mix alone would.
# The two add up to the whole (Kitagawa, 1955).
#
# **Ask yourself.** Which sentence about our results would be true of the whole, and untrue of every grade?

# %% two parts tags=["interactive"]
# Say it so that it is true of the whole and of its parts
lesson.ask("two-parts")

# %% [markdown] finding cards tags=["facilitator"]
# 15 min. Five minutes on the three sentences, aloud and in pairs; ten minutes of silent writing: two cards each.
# The card does not close without a strength and a line on what is not known. Do not help people out of that: it is the work.
# What may go wrong: a card with a cause in it. Move the cause to a question on the wall; notebook 09 will want it.

# %% [markdown] write it down
# ## How do we write it so that it can be said to the students it is about?
#
# **Why.** A finding card carries the work from here to the plan: what was seen, a strength beside it, who was heard, and what nobody knows yet.
# Words that blame students close the case; words about rules open it.

# %% three sentences tags=["interactive"]
# Mend three sentences
lesson.ask("rewrite")

# %% finding cards tags=["interactive", "covers:S0-12", "covers:S4-02"]
# Write two finding cards
lesson.cards()

# %% [markdown] reading cards
# **How to read this.** You choose the measure, the students and the comparison; the numbers come from the published table and cannot be typed.
# A card is proposed as a priority only when someone has been heard, or has a date.
#
# **Ask yourself.** Which card would you be proud to read to a student it is about?

# %% [markdown] evidence walk tags=["facilitator"]
# 12 min. Save first. Cards on the wall, walk in silence, then threes at a card that is not your own.
# Close with one mended sentence each, read aloud, without comment.
# Care: some people are in these numbers themselves. Say so at the start, and let anyone sit out.

# %% walk tags=["interactive"]
# Look at the cards together
lesson.together("evidence-walk")

# %% [markdown] promise tags=["facilitator"]
# 8 min. Three minutes to write the promise, two to read it to the person who will ask about it, three for private reflection.
# Never cut the promise.
# For next time: one conversation with people a card is about.

# %% [markdown] what will you do
# ## What will you do, and when?
#
# **Why.** Evidence that nobody acts on wears people out.
# One small act this week, and one person who asks about it.

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
# - Interpreted rates, percentage-point gaps, ratios and their intervals for access and outcome measures.
# - Contrasted six comparison rules, and said what each one hides.
# - Detected where small numbers, composition or a cut score change the story.
# - Written two finding cards in asset-based, non-causal language.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
