//! `dockslim completions` and `dockslim man`: what is made of the command line itself.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;

use super::Status;
use crate::args::Args;
use crate::error::Error;
use crate::report::Output;

/// Prints the script that completes in a shell.
pub(super) fn completions(shell: Shell, output: &mut Output) -> Result<Status, Error> {
    let mut script = Vec::new();
    let mut command = Args::command();
    clap_complete::generate(shell, &mut command, NAME, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    output.print(&match shell {
        Shell::Bash => with_lists_in_bash(script, &command),
        Shell::Fish => script + &rest_for_fish(&command),
        _ => script,
    })?;
    Ok(Status::Done)
}

const NAME: &str = "dockslim";

/// The words that an argument takes, with blanks between; empty if it takes any.
fn words(argument: &Arg) -> String {
    let values = argument.get_possible_values();
    let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    names.join(" ")
}

/// Whether an option takes such words with commas between.
fn is_list(option: &&Arg) -> bool {
    option.get_value_delimiter().is_some() && !words(option).is_empty()
}

/// The generator completes the first word of a list; the last one is to be completed.
fn with_lists_in_bash(mut script: String, command: &Command) -> String {
    let lists = command.get_subcommands().flat_map(|one| one.get_opts().filter(is_list));
    for words in lists.map(words) {
        let whole = format!("compgen -W \"{words}\" -- \"${{cur}}\"");
        let last = "\"${cur##*,}\"";
        let listed = format!("compgen -P \"${{cur%{last}}}\" -W \"{words}\" -- {last}");
        script = script.replace(&whole, &listed);
    }
    script
}

/// What the generator leaves out: the words of arguments without a flag, and lists with commas.
fn rest_for_fish(command: &Command) -> String {
    let mut rest = String::new();
    for one in command.get_subcommands() {
        let subcommand = one.get_name();
        let here = format!("complete -c {NAME} -n \"__fish_{NAME}_using_subcommand {subcommand}\"");
        for words in one.get_positionals().map(words).filter(|words| !words.is_empty()) {
            let _ = writeln!(rest, "{here} -f -a \"{words}\"");
        }
        for option in one.get_opts().filter(is_list) {
            let long = option.get_long().unwrap_or_default();
            let words = words(option);
            let list = format!("(__fish_complete_list , 'printf %s\\\\n {words}')");
            let _ = writeln!(rest, "{here} -l {long} -x -a \"{list}\"");
        }
    }
    rest
}

/// Prints the manual page of the program, or writes it and those of its commands into `folder`.
pub(super) fn manual(folder: Option<&Path>, output: &mut Output) -> Result<Status, Error> {
    // The synopsis is that of the help: the generator would list all options, without their values.
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    let command = with_usage(command).mut_subcommands(with_usage);
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

fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    command.override_usage(usage.trim_start_matches("Usage: ").to_owned())
}
