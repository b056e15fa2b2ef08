//! `dockslim completions` and `dockslim man`: what is made of the command line itself.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Status;
use crate::args::Args;
use crate::error::Error;
use crate::report::Output;

/// Prints the script that completes in a shell.
pub(super) fn completions(shell: Shell, output: &mut Output) -> Result<Status, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "dockslim", &mut script);
    output.print(&String::from_utf8_lossy(&script))?;
    Ok(Status::Done)
}

/// Prints the manual page of the program, or writes it and those of its commands into `folder`.
pub(super) fn manual(folder: Option<&Path>, output: &mut Output) -> Result<Status, Error> {
    let command = Args::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).map_err(Error::Output)?;
        output.print(&String::from_utf8_lossy(&page))?;
        return Ok(Status::Done);
    };
    let write = |source: io::Error| Error::Write { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(write)?;
    clap_mangen::generate_to(command, folder).map_err(write)?;
    Ok(Status::Done)
}
