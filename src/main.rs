//! The `dockslim` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Trees are many small pieces: the usual allocators take a fifth of the time of `dockslim fmt`, that of musl much more.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    dockslim::run()
}
