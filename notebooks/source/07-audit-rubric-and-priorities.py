# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Policies, practices and materials: rating and choosing priorities"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m07", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] strengths first notes tags=["facilitator"]
# 10 min. Three minutes alone, then a round: each says one strength and who made it; the recorder writes all of them where everyone can see.
# Move: when someone says “but”, ask for the strength to be finished first.
# What may go wrong: praise of people in general. Ask: what exactly would we see on a Tuesday?

# %% [markdown] strengths first
# ## What works here, and who made it work?
#
# **Why.** A team that begins with what is missing plans as if nothing were there.
# Strengths come first in the summary, and they are the test of every priority: what must not be lost over it?

# %% strengths tags=["covers:S0-12", "interactive"]
# Write three strengths, and who made them
lesson.ask("strengths")

# %% [markdown] reading strengths
# **Ask yourself.** Which of these could I show to a visitor this week, and who would explain it to them?

# %% [markdown] individual rating notes tags=["facilitator"]
# 25 min. Five minutes to read two documents and begin the list of rules, twenty to rate alone, two dimensions a person; deal the seven out so that each is rated by at least three people.
# Move: silence. Answer questions about words only, and never about the right rating.
# What may go wrong: someone rates all 42 in one sitting and the last thirty are guesses. Stop after two dimensions; the others are homework.

# %% [markdown] rules and documents
# ## Which rules decide who gets what?
#
# **Why.** Findings tell you where students differ.
# Rules, forms and habits tell you how it comes about.
# Begin a list of the rules that your school runs on; four quick questions say which deserve a full review in notebook 11.

# %% documents tags=["interactive"]
# Read Riverbend's documents: twelve short ones to practise on
lesson.show("documents")

# %% inventory tags=["covers:S2-13", "covers:S0-13", "interactive"]
# List the rules, with the quick screen
lesson.ask("inventory")

# %% inventory table tags=["covers:S2-13"]
# Which rules want a full review?
lesson.show("inventory-table")

# %% [markdown] reading the inventory
# **How to read this.** Two answers of yes or “we do not know yet” are enough for a full review.
# Not knowing counts like yes, because nobody can rule the effect out.
#
# **Ask yourself.** Which rule is on no list because everyone takes it for granted?

# %% [markdown] rate alone
# ## What is in place, as far as you can show it?
#
# **Why.** Forty-two indicators in seven dimensions describe how a school's systems work for different students.
# You rate alone first, because what is said first in a room becomes what the room thinks.
# Policies, practices and materials come first: whether goals are written into them (the first indicator), whether a report of harassment leads to an answer by Friday (the fourth), what daily work asks of whom, and whose lives, formats and languages materials hold.
#
# On your own and on practice data, rate Riverbend from its documents.
# With a team, rate your own school.

# %% rate tags=["covers:S0-13", "covers:S0-03", "covers:S0-04", "covers:S3-02", "covers:S3-11", "interactive"]
# Rate one dimension at a time, alone
lesson.ask("rate")

# %% [markdown] reading the ratings
# **How to read this.** Four levels are written out for each indicator; choose the one that you could defend with a document, a number or a visit.
# A 3 or a 4 needs evidence.
# A 4 also needs a voice, since practice that is “sustained and shared” shows itself to those it serves.
# “Not enough evidence” makes a task, and “not applicable” needs a reason.
#
# **Ask yourself.** For which rating did I reach for what we intend, rather than for what happens?

# %% [markdown] consensus notes tags=["facilitator"]
# 30 min. Three minutes to predict, seven to type in and reveal, twenty for two or three indicators that are two steps apart.
# Move: first the highest and the lowest say what they saw; no one answers in round one. In round two, everybody. Then rate again.
# What may go wrong: averaging away disagreement, or the person in charge speaking first. Ask students and families to begin; keep dissent in writing.

# %% [markdown] where we differ
# ## Where do we see different things?
#
# **Why.** Where ratings differ by two steps, someone has seen something that others have not.
# That is where thirty minutes are well spent.
# Say first where you expect it.

# %% predict differences tags=["interactive"]
# Predict, then see your ratings beside others'
lesson.predict("prediction")

# %% table ratings tags=["interactive"]
# Type in what was read out at the table
lesson.ask("table")

# %% reveal tags=["covers:S0-13", "covers:S0-03", "covers:S0-04", "covers:S3-02", "covers:S3-11", "interactive"]
# Look at one dimension after the other
lesson.show("reveal")

# %% two rounds
# Two rounds, from evidence
lesson.together("two-rounds")

# %% consensus tags=["covers:S0-12", "covers:S0-13", "interactive"]
# Record what was settled, and the dissent
lesson.ask("consensus")

# %% [markdown] reading the reveal
# **How to read this.** Each circle says how many people gave a rating; the filled one holds yours.
# Within one step is close enough to record after a word or two.
# Two steps or more is a question about evidence: one rater may work in the rooms where the routine holds.
# No average is taken.
#
# **Ask yourself.** Where did my rating differ from others', and what had they seen?

# %% [markdown] what we do not know
# ### What we do not know yet
#
# Each “not enough evidence” becomes a task with a name and a date.

# %% evidence list
# Which indicators wait for evidence?
lesson.show("evidence-list")

# %% evidence tasks tags=["interactive"]
# Who finds out, by when?
lesson.ask("evidence-tasks")

# %% profile tags=["covers:S0-12", "covers:S0-13", "interactive"]
# What does each dimension hold?
lesson.show("profile")

# %% [markdown] reading the profile
# **How to read this.** Seven lines and no total.
# Circles show how the six indicators of a dimension are spread; the stroke is their mean, and it is missing where fewer than two thirds are rated.
# Read the last columns too: how close raters were, and how many ratings rest on evidence.
# A profile that rests on little is a reason to look, not to plan.
#
# **Ask yourself.** Which dimension would look different if students had rated it?

# %% [markdown] triangulation notes tags=["facilitator"]
# 15 min. Pairs, two cards each: number aloud, document aloud, then “who told us?”.
# Move: a card without a voice gets a name and a date, or it waits; nobody argues it through.
# What may go wrong: a strong number makes the room forget to ask. The gate holds; blame it.

# %% [markdown] number document voice
# ## What stands behind each proposal?
#
# **Why.** A number without a document does not say which routine to change.
# A document without a number does not say whether it matters.
# Neither says what it is like.
# So each proposal needs all three, or a date by which someone has been heard.

# %% board tags=["covers:S2-11", "covers:S0-12", "interactive"]
# Put finding cards on the board
lesson.ask("board")

# %% proposals together
# A number, a document and a voice
lesson.together("proposals")

# %% triangulation tags=["covers:S2-11"]
# Which can be proposed, and where do the others go?
lesson.show("triangulation")

# %% [markdown] reading the board
# **How to read this.** What a card says already is taken over from it.
# A card with too few students to tell is never thrown away and never proposed: it goes to listening and to several years counted together.
#
# **Ask yourself.** Whose voice stands behind most of our cards, and whose behind none?

# %% [markdown] priority vote notes tags=["facilitator"]
# 15 min. Four minutes to score alone, six to compare the scores that are two apart, five to choose.
# Move: show the strip before the choice, and ask which cards hang on a weight.
# What may go wrong: more than five priorities. Ask: which would we still be doing in February?

# %% [markdown] what comes first
# ## What comes first, and does it rest on one weight?
#
# **Why.** You rank nothing here but your own next steps.
# Size, severity, voice, evidence and control can pull in different directions, and weights are a choice.
# Those whom a rule touches most should weigh in severity and voice, even where their number is small.

# %% weights tags=["covers:S4-04", "covers:S2-11", "interactive"]
# Weigh the proposals, and try other weights
lesson.show("weights")

# %% vote
# Choosing, with the reasons in the room
lesson.together("vote")

# %% priorities tags=["covers:S2-11", "covers:S4-04", "covers:S0-12", "interactive"]
# Write down at most five
lesson.ask("priorities")

# %% [markdown] reading the strip
# **How to read this.** Each column of the strip changes one weight: doubled, or left out.
# A row of filled dots stays among the first whatever you do.
# A row that changes rests on a weight, and the sum cannot settle what matters.
# With five proposals or fewer, the weights decide nothing, and you choose by talking.
#
# **Ask yourself.** Did we choose priorities because they matter or because they are easy?

# %% [markdown] summary notes tags=["facilitator"]
# 10 min. Five minutes for three sentences in pairs, three to read one aloud, two for the promise.
# Move: read the strengths aloud once more before the priorities.
# What may go wrong: a summary that begins with a gap. Turn it round before anyone leaves.

# %% [markdown] the summary
# ## What will you tell the school?
#
# **Why.** The summary is what most people will ever read of the audit.
# It begins with strengths and who made them, names at most five priorities with number, document and voice, and says what is not known.

# %% statement tags=["interactive"]
# Three sentences that a parent can read
lesson.ask("statement")

# %% summary tags=["covers:S0-12"]
# The audit summary, as it stands
lesson.show("summary")

# %% [markdown] reading the summary
# **How to read this.** It fills itself from what you wrote above.
# Dissent, evidence tasks and listening tasks stay in it: they belong to the picture.
#
# **Ask yourself.** What strength would we be foolish to lose?

# %% [markdown] before you go
# ## Before you go
#
# One promise with a date, a private question or two, and five questions to check yourself.

# %% promise tags=["interactive"]
# One promise, with a date
lesson.promise()

# %% reflect tags=["interactive"]
# Questions for yourself
lesson.reflect()

# %% check tags=["interactive"]
# Check yourself
lesson.check()

# %% [markdown] done
# ## What you have done
#
# - Rated indicators alone, cited evidence, and reached a record with others by a protocol that keeps dissent.
# - Set a number, a document and a voice beside every proposed priority.
# - Ranked nothing but your own next steps, and chosen no more than five.
# - Produced an audit summary that begins with strengths.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
