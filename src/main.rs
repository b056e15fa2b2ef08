//! The `dockslim` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    dockslim::run()
}
