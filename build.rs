//! Nothing is generated: this tells cargo that the embedded folders are part of the crate, so that a changed template,
//! style or sample configuration is built in.

fn main() {
    for folder in ["config", "templates", "static"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
