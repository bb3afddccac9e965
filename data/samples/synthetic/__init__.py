"""How the bundled fictional district is made: who goes to school, what happens, what is planted."""
