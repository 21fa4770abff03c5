//! The tests of the site room as a whole.
