//! Pages go in, files that readers see come out, never half-written.
