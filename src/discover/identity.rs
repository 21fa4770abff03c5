//! Two announcements go in, whether they are one article comes out.
