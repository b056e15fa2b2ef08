//! What a stage on Ruby's image builds of its project itself: by scripts of mkmf, and by tasks of rake.
//!
//! Sources: Ruby, "mkmf"; rake, "Rakefile Format" and `Rake::FileUtilsExt`; rake-compiler, README.

use std::collections::BTreeSet;

use super::runtime::Runtime;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

/// Libraries whose tasks stay below the folder of the project.
const OF_RAKE: &[&str] = &[
    "require 'bundler/gem_tasks'",
    "require 'fileutils'",
    "require 'rake'",
    "require 'rake/clean'",
    "require 'rake/extensiontask'",
    "require 'rake/testtask'",
    "require 'rbconfig'",
];

impl Runtime<'_, '_> {
    /// Whether a call of make, rake or ruby builds an extension where its script lies; else why nobody knows.
    pub(super) fn builds_extension(&self, call: &Call<'_>) -> Result<(), String> {
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let words = words.ok_or("a word of it is not known")?;
        let has = |name: &str| self.path(name, call).is_some_and(|path| self.was_there(&path));
        let count = |names: &[&str]| names.iter().filter(|name| has(name)).count();
        match words.as_slice() {
            ["ruby", "extconf.rb"] if has("extconf.rb") => Ok(()),
            ["make", options @ ..]
                if has("extconf.rb") && count(&["GNUmakefile", "Makefile", "makefile"]) == 0 =>
            {
                let plain = |option: &&str| option.strip_prefix("-j").is_some() || *option == "-s";
                if options.iter().all(plain) { Ok(()) } else { Err(words.join(" ")) }
            }
            ["rake", goals @ ..] => {
                let seen = self.states.seen(call.state);
                let told = seen.surroundings.environment.contains_key("RAKEOPT")
                    || seen.variables.contains_key("RAKEOPT")
                    || !call.assignments.is_empty();
                let context = self.context.ok_or("its Rakefile is not known")?;
                let other = context.entries().any(|(path, _)| path.ends_with(".rake"));
                if told || other || count(&["rakefile", "rakefile.rb", "Rakefile.rb"]) > 0 {
                    return Err("other tasks may take part".to_owned());
                }
                let place = self.path("Rakefile", call).ok_or("its folder is not known")?;
                let source = self.old.steps.iter().rev().find_map(|step| {
                    let sources = self.whole(step)?.candidates(&place);
                    sources.into_iter().find(|source| context.exists(source))
                });
                let text = source.and_then(|source| context.text(&source));
                let text = text.ok_or("its Rakefile is not known")?;
                tasks_stay_here(text, goals)
            }
            _ => Err(words.join(" ")),
        }
    }

    /// What of the container may call rake, where tasks of it compile.
    pub(super) fn rakes_later(&self) -> Option<String> {
        let mut rakes = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                rakes |= matches!(Command::of(&call.words).program(), "make" | "rake")
                    || call.words.iter().any(|word| word == "extconf.rb");
            }
        });
        let names = |text: &str| {
            text.match_indices("rake").any(|(at, _)| {
                let part = |c: char| c.is_alphanumeric();
                !text[..at].ends_with(part) && !text[at + 4..].starts_with(part)
            })
        };
        if !rakes {
            return None;
        }
        let mut starts = self.new.configuration.starts().into_iter().flatten();
        if let Some(start) = starts.find(|start| names(start)) {
            return Some(start.to_owned());
        }
        let mut files = self.context.into_iter().flat_map(|context| context.entries());
        let file = files.find(|(path, _)| {
            let program = path.starts_with("bin/") || path.ends_with(".sh");
            let text = || self.context.and_then(|context| context.text(path)).unwrap_or_default();
            (program || path.rsplit('/').next() == Some("Procfile")) && names(text())
        });
        file.map(|(path, _)| path.to_owned())
    }
}

/// Whether the tasks of a Rakefile that lead to some goals write below its folder alone: read line by line, by where a line begins.
fn tasks_stay_here(text: &str, goals: &[&str]) -> Result<(), String> {
    let mut wanted: BTreeSet<String> = goals.iter().map(|goal| (*goal).to_owned()).collect();
    if wanted.is_empty() {
        wanted.insert("default".to_owned());
    }
    // Each task with what it needs, in the order of the file.
    let mut blocks: Vec<(String, Vec<String>, Vec<&str>)> = Vec::new();
    let mut inside = Inside::Nothing;
    for line in text.lines().map(str::trim_end) {
        let unknown = || Err(line.trim().to_owned());
        let outer = !line.starts_with([' ', '\t']) && !line.is_empty();
        match inside {
            Inside::Nothing if line.is_empty() || line.starts_with('#') => {}
            Inside::Nothing if !outer => return unknown(),
            Inside::Nothing => {
                let opens = line.ends_with(" do") || line.ends_with("|");
                let dense = line.replace('"', "'");
                if OF_RAKE.contains(&dense.as_str()) {
                } else if let Some(rest) = dense.strip_prefix("desc ") {
                    stays_below(rest).then_some(()).ok_or_else(|| line.to_owned())?;
                } else if let Some(rest) = dense.strip_prefix("task ") {
                    let head = rest.strip_suffix(" do").unwrap_or(rest);
                    if head.contains(['|', '(', '{', '#', '.', '/', '`']) {
                        return unknown();
                    }
                    let mut names = head
                        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                        .filter(|name| !name.is_empty())
                        .map(str::to_owned);
                    let Some(name) = names.next() else { return unknown() };
                    blocks.push((name, names.collect(), Vec::new()));
                    inside = if opens { Inside::Task } else { Inside::Nothing };
                } else if let Some(rest) = dense.strip_prefix("Rake::ExtensionTask.new") {
                    let rest = rest.strip_suffix(" do |ext|").unwrap_or(rest);
                    if !stays_below(rest.trim_matches(['(', ')', ' '])) || rest.contains(',') {
                        return unknown();
                    }
                    blocks.push(("compile".to_owned(), Vec::new(), Vec::new()));
                    inside = if opens { Inside::Extension } else { Inside::Nothing };
                } else if dense.starts_with("Rake::TestTask.new") && dense.ends_with(" do |t|") {
                    inside = Inside::Tests;
                } else {
                    let (name, value) = dense.split_once(" = ").ok_or_else(|| line.to_owned())?;
                    let constant = name.bytes().all(|c| c.is_ascii_uppercase() || c == b'_');
                    if !constant || !stays_below(value.trim_end_matches(".freeze")) {
                        return unknown();
                    }
                }
            }
            _ if line == "end" => inside = Inside::Nothing,
            _ if outer => return unknown(),
            Inside::Task => {
                if let Some((_, _, lines)) = blocks.last_mut() {
                    lines.push(line.trim());
                }
            }
            Inside::Extension => {
                let (name, value) = line.trim().split_once(" = ").ok_or_else(|| line.to_owned())?;
                let set = ["ext.name", "ext.lib_dir", "ext.ext_dir"].contains(&name);
                if !set || !stays_below(&value.replace('"', "'")) {
                    return unknown();
                }
            }
            Inside::Tests => {
                if !line.is_empty()
                    && (!line.trim().starts_with("t.") || line.contains(['`', '(', '{']))
                {
                    return unknown();
                }
            }
        }
    }
    if inside != Inside::Nothing {
        return Err("it does not end".to_owned());
    }
    loop {
        let more: Vec<String> = blocks
            .iter()
            .filter(|(name, _, _)| wanted.contains(name))
            .flat_map(|(_, needs, _)| needs.iter().cloned())
            .filter(|need| !wanted.contains(need))
            .collect();
        if more.is_empty() {
            break;
        }
        wanted.extend(more);
    }
    for goal in &wanted {
        let mut own = blocks.iter().filter(|(name, _, _)| name == goal).peekable();
        if own.peek().is_none() {
            return Err(format!("the task {goal}"));
        }
        let strange = own.flat_map(|(_, _, lines)| lines).find(|line| !is_harmless(line));
        if let Some(line) = strange {
            return Err((*line).to_owned());
        }
    }
    Ok(())
}

/// Where a line of a Rakefile stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Task,
    Extension,
    Tests,
}

/// Whether a line of a task enters a folder, compiles there, or puts a file of the project elsewhere in it.
fn is_harmless(line: &str) -> bool {
    let dense = line.replace('"', "'");
    let end = dense.find([' ', '(']).unwrap_or(dense.len());
    let (name, rest) = dense.split_at(end);
    let block = rest.ends_with(" do");
    let rest = rest.strip_suffix(" do").unwrap_or(rest).trim_matches(['(', ')', ' ']);
    match name.strip_prefix("FileUtils.").unwrap_or(name) {
        "" | "end" => rest.is_empty(),
        comment if comment.starts_with('#') => true,
        "Dir.chdir" | "cd" | "chdir" => block && stays_below(rest),
        "ruby" => !block && rest == "'extconf.rb'",
        "sh" => !block && matches!(rest, "'make'" | "'ruby extconf.rb'"),
        "cp" | "mv" | "mkdir_p" => !block && stays_below(rest),
        _ => false,
    }
}

/// Whether arguments are constants and plain texts, and none of these leads out of the folder.
fn stays_below(arguments: &str) -> bool {
    let arguments = arguments.replace("#{RbConfig::CONFIG['DLEXT']}", "so");
    let named =
        |name: &str| !name.is_empty() && name.bytes().all(|c| c.is_ascii_uppercase() || c == b'_');
    arguments.split(',').map(str::trim).all(|argument| {
        let inner = argument.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let Some(inner) = inner else { return named(argument) };
        let mut parts = inner.split("#{");
        let first = parts.next().unwrap_or_default();
        let constants = parts.all(|part| part.split_once('}').is_some_and(|(name, _)| named(name)));
        let leads = inner.contains("..") || inner.contains(['`', '$', '~', '\\', '\'']);
        constants && !leads && !first.starts_with('/')
    })
}

#[cfg(test)]
mod tests {
    use super::tasks_stay_here;

    #[test]
    fn tasks_are_read() {
        let text = "require \"rbconfig\"\nEXT = 'ext/a'\nSO = \"a.#{RbConfig::CONFIG['DLEXT']}\"\n\ndesc 'compile it'\n\
            task :compile do\n  Dir.chdir(EXT) do\n    ruby 'extconf.rb'\n    sh 'make'\n  end\n  cp \"#{EXT}/#{SO}\", \"lib/#{SO}\"\n\
            end\ntask test: [:compile] do\n  ruby 'test.rb'\nend\ntask default: :compile\n";
        assert_eq!(tasks_stay_here(text, &["compile"]), Ok(()));
        assert_eq!(tasks_stay_here(text, &[]), Ok(()));
        for (goals, old, new) in [
            (&["test"][..], "", ""),
            (&["other"], "", ""),
            (&["compile"], "\"lib/#{SO}\"", "\"/usr/lib/#{SO}\""),
            (&["compile"], "\"lib/#{SO}\"", "\"#{RbConfig::CONFIG['sitelibdir']}/#{SO}\""),
            (&["compile"], "'make'", "'make install'"),
            (&["compile"], "'ext/a'", "ENV.fetch('EXT')"),
            (&["compile"], "task default", "system('make')\ntask default"),
            (&["compile"], ":compile do", ":compile => :fetch do"),
        ] {
            assert!(tasks_stay_here(&text.replacen(old, new, 1), goals).is_err(), "{new}");
        }
    }
}
