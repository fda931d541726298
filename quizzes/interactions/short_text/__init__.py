"""Short text: an answer in the learner's own words, which a person marks by a rubric."""
