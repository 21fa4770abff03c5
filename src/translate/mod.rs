//! An article and a target language go in, questions for a translator come out; answers go in, a checked translation comes out.
