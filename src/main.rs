//! Arguments go in, an exit code comes out. The clock, the environment and the terminal enter the program here.

use std::process::ExitCode;

fn main() -> ExitCode {
    newsmill::cli::main()
}
