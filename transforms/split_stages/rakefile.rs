//! Tasks of a Rakefile that build an extension of Ruby in its project, and do nothing else (rake, "Rakefile Format"; FileUtils of rake;
//! rake-compiler, "Generating native extensions").

use std::collections::{BTreeMap, BTreeSet};

/// What a script may load in front of its tasks: libraries with tasks that write below the project.
const LOADED: [&str; 7] = [
    "bundler/gem_tasks",
    "fileutils",
    "rake",
    "rake/clean",
    "rake/extensiontask",
    "rake/testtask",
    "rbconfig",
];

/// A task: those in front of it, and its lines.
#[derive(Default)]
struct Task<'s> {
    needs: Vec<&'s str>,
    lines: Vec<&'s str>,
}

/// What of some tasks of a script is more than to build in the folder of the script: `None` if nothing is.
pub(super) fn does_more(script: &str, wanted: &[&str]) -> Option<String> {
    let tasks = match read(script) {
        Ok(tasks) => tasks,
        Err(line) => return Some(line),
    };
    let mut open: Vec<&str> = wanted.to_vec();
    if open.is_empty() {
        open.push("default");
    }
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name) {
            continue;
        }
        let Some(task) = tasks.get(name) else { return Some(format!("the task {name}")) };
        if let Some(line) = task.lines.iter().find(|line| !is_known(line)) {
            return Some((*line).to_owned());
        }
        open.extend(&task.needs);
    }
    None
}

/// The tasks of a script, if all that stands beside them is known; else the line that is not.
fn read(script: &str) -> Result<BTreeMap<&str, Task<'_>>, String> {
    let mut tasks: BTreeMap<&str, Task<'_>> = BTreeMap::new();
    let mut lines = script.lines().map(str::trim_end);
    while let Some(line) = lines.next() {
        let unknown = || Err(line.to_owned());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(rest) = line.strip_prefix("require ") {
            if !texts(rest).is_some_and(|texts| texts.iter().all(|text| LOADED.contains(text))) {
                return unknown();
            }
        } else if let Some(rest) = line.strip_prefix("desc ") {
            if texts(rest).is_none() {
                return unknown();
            }
        } else if let Some(rest) = line.strip_prefix("Rake::ExtensionTask.new") {
            // It compiles below tmp, and copies what comes of it to lib.
            let (rest, block) =
                rest.strip_suffix(" do |ext|").map_or((rest, false), |rest| (rest, true));
            if texts(rest.trim_matches(['(', ')', ' '])).is_none_or(|texts| texts.len() != 1) {
                return unknown();
            }
            let mut inside = block;
            while inside {
                let Some(line) = lines.next() else { return unknown() };
                let line = line.trim();
                let sets = ["ext.lib_dir = ", "ext.ext_dir = ", "ext.name = "];
                let set = sets.iter().find_map(|start| line.strip_prefix(start));
                match (line, set) {
                    ("end", _) => inside = false,
                    (_, Some(value)) if texts(value).is_some() => {}
                    _ => return Err(line.to_owned()),
                }
            }
            tasks.entry("compile").or_default();
        } else if let Some(rest) = line.strip_prefix("task ") {
            let (rest, block) = rest.strip_suffix(" do").map_or((rest, false), |rest| (rest, true));
            let plain = |c: char| c.is_ascii_alphanumeric() || "_:'\"[],=> ".contains(c);
            if !rest.chars().all(plain) {
                return unknown();
            }
            let mut names = rest.split([' ', ',', '[', ']', ':', '\'', '"', '=', '>']);
            let mut names = names.by_ref().filter(|name| !name.is_empty());
            let Some(name) = names.next() else { return unknown() };
            let task = tasks.entry(name).or_default();
            task.needs.extend(names);
            let mut inside = block;
            while inside {
                match lines.next() {
                    None => return unknown(),
                    Some("end") => inside = false,
                    Some(line) if line.is_empty() || line.starts_with([' ', '\t']) => {
                        task.lines.push(line.trim());
                    }
                    Some(line) => return Err(line.to_owned()),
                }
            }
        } else if line.starts_with("Rake::TestTask.new") && line.ends_with(" do |t|") {
            let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "end").collect();
            let sets = |line: &&str| {
                let line = line.trim();
                line.starts_with("t.") && !line.contains(['`', '(', '{']) || line.is_empty()
            };
            if !inside.iter().all(sets) {
                return unknown();
            }
        } else if let Some((name, value)) = line.split_once(" = ") {
            let constant = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            if !constant || texts(value.trim_end_matches(".freeze")).is_none() {
                return unknown();
            }
        } else {
            return unknown();
        }
    }
    Ok(tasks)
}

/// Whether a line of a task only goes into a folder of the project, builds there or copies a file.
fn is_known(line: &str) -> bool {
    let called = |names: &[&str]| {
        names.iter().find_map(|name| {
            let rest = line.strip_prefix(name)?;
            let rest = rest.strip_prefix(' ').or_else(|| rest.strip_prefix('('))?;
            Some(rest.trim_end_matches(')'))
        })
    };
    if line.is_empty() || line.starts_with('#') || line == "end" {
        return true;
    }
    if let Some(folder) = called(&["Dir.chdir", "cd", "chdir"]) {
        let folder = folder.strip_suffix(" do").map(|folder| folder.trim_end_matches(')'));
        return folder.is_some_and(|folder| texts(folder).is_some());
    }
    if let Some(script) = called(&["ruby"]) {
        return texts(script).is_some_and(|texts| texts == ["extconf.rb"]);
    }
    if let Some(command) = called(&["sh"]) {
        return texts(command)
            .is_some_and(|texts| texts == ["make"] || texts == ["ruby extconf.rb"]);
    }
    let files =
        called(&["cp", "FileUtils.cp", "mkdir_p", "FileUtils.mkdir_p", "mv", "FileUtils.mv"]);
    files.is_some_and(|files| texts(files).is_some())
}

/// The texts of some arguments: between quotes, or a constant; `None` if they lead out of the project, or hold more than constants.
fn texts(arguments: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    for argument in arguments.split(',').map(str::trim) {
        let quote = argument.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            let constant = argument.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            if argument.is_empty() || !constant {
                return None;
            }
            found.push(argument);
            continue;
        };
        let text = argument[1..].strip_suffix(quote)?;
        let mut rest = text.to_owned();
        rest = rest.replace("#{RbConfig::CONFIG['DLEXT']}", "so");
        while let Some((front, behind)) = rest.split_once("#{") {
            let (name, after) = behind.split_once('}')?;
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
                return None;
            }
            rest = format!("{front}x{after}");
        }
        let odd = ['`', '$', '~', '\\', '"', '\''];
        if rest.starts_with('/') || rest.contains("..") || rest.contains(odd) {
            return None;
        }
        found.push(text);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::does_more;

    #[test]
    fn tasks_that_build_here() {
        let script = "# frozen\nrequire 'rbconfig'\n\nEXT = 'ext/a'\nSO = \"a.#{RbConfig::CONFIG['DLEXT']}\"\n\n\
            desc 'compile'\ntask :compile do\n  Dir.chdir(EXT) do\n    ruby 'extconf.rb'\n    sh 'make'\n  end\n  \
            cp \"#{EXT}/#{SO}\", \"lib/#{SO}\"\nend\n\ntask test: :compile do\n  sh 'rm -rf /'\nend\n\ntask default: [:compile]\n";
        assert_eq!(does_more(script, &["compile"]), None);
        assert_eq!(does_more(script, &[]), None);
        assert_eq!(does_more(script, &["test"]).as_deref(), Some("sh 'rm -rf /'"));
        assert!(does_more(script, &["install"]).is_some());
        for (old, new) in [
            ("lib/#{SO}", "/usr/local/lib/ruby/#{SO}"),
            ("sh 'make'", "sh 'make install'"),
            ("lib/#{SO}", "../lib/#{SO}"),
            ("'ext/a'", "ENV['EXT']"),
            ("require 'rbconfig'", "require './tasks'"),
            ("'ext/a'", "`pwd`"),
            ("task :compile do", "task :compile, [:to] do |t, args|"),
        ] {
            assert!(does_more(&script.replace(old, new), &["compile"]).is_some(), "{new}");
        }
        let tested = format!("require \"rake/testtask\"\n{script}");
        assert_eq!(does_more(&tested, &["compile"]), None);
        let compiler = "require 'rake/extensiontask'\nRake::ExtensionTask.new('a') do |ext|\n  ext.lib_dir = 'lib/a'\nend\n";
        assert_eq!(does_more(compiler, &["compile"]), None);
        assert!(does_more(&compiler.replace("lib/a", "/lib"), &["compile"]).is_some());
    }
}
