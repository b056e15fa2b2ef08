//! What bundler reads of a project: a Gemfile, its lockfile, and the version of Ruby that they name.
//!
//! A Gemfile is a script. It is followed where each of its words is one of the language that bundler gives it
//! (<https://bundler.io/man/gemfile.5.html>), and none of them reads a file.

use super::because;
use super::project::{Project, Reads, arguments};
use super::reasons;
use crate::facts::{absolute, below};
use crate::knowledge::Ecosystem;
use crate::pass::Refusal;

/// Words of a Gemfile that read nothing of the project.
const WORDS: &[&str] = &[
    "source",
    "gem",
    "group",
    "do",
    "end",
    "ruby",
    "platforms",
    "platform",
    "git_source",
    "git",
    "github",
    "gist",
    "branch",
    "tag",
    "ref",
    "submodules",
    "require",
    "groups",
    "optional",
    "engine",
    "engine_version",
    "patchlevel",
    "force_ruby_platform",
    "true",
    "false",
    "nil",
    "ENV",
    "fetch",
    "if",
    "unless",
    "else",
    "RUBY_VERSION",
    "RUBY_ENGINE",
    "RUBY_PLATFORM",
    "install_if",
    "glob",
    "bitbucket",
];
/// Settings of bundler that lead to no file (<https://bundler.io/man/bundle-config.1.html>).
const SETTINGS: &[&str] = &[
    "without",
    "with",
    "jobs",
    "retry",
    "frozen",
    "deployment",
    "clean",
    "force_ruby_platform",
    "silence_root_warning",
    "timeout",
    "no-cache",
    "disable_shared_gems",
    "ignore_messages",
    "ssl_verify_mode",
    "specific_platform",
    "path",
    "system",
    "path.system",
];

/// What `bundle install` in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    let arguments = arguments(row, words, &["--path"])?;
    if arguments.operands.len() > 1 {
        return Err(because(&reasons::UNREAD_CALL));
    }
    let here = |name: &str| below(folder, name);
    for name in &row.too_much {
        if project.exists(&here(name)) {
            return Err((&reasons::READS_MORE, format!("bundler reads `{name}` too")));
        }
    }
    let place = here("Gemfile");
    let gemfile = project.text(&place)?;
    gems(gemfile)?;
    let mut reads = Reads { manifests: vec![place], ..Reads::default() };
    let settings = settings(project)?;
    let set = |name: &str| {
        let told = settings.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let variable = project.value(&format!("BUNDLE_{}", name.to_ascii_uppercase()));
        let values: Vec<&str> = told.chain(variable).collect();
        !values.is_empty()
            && values.iter().all(|value| !matches!(*value, "" | "0" | "f" | "false" | "n" | "no"))
    };
    let deployment = arguments.flags.contains(&"--deployment") || set("deployment");
    let frozen = deployment || arguments.flags.contains(&"--frozen") || set("frozen");
    let lock = here("Gemfile.lock");
    if !project.exists(&lock) {
        reads.writes.push(lock);
    } else if frozen {
        locked(project.text(&lock)?)?;
        reads.manifests.push(lock);
    } else {
        let message = "`bundle install` may write Gemfile.lock anew, and the COPY behind it would undo that; \
                       `BUNDLE_FROZEN=1` keeps it";
        return Err((&reasons::LOCKFILE, message.to_owned()));
    }
    let beside = row.beside.iter().map(|name| here(name));
    reads.manifests.extend(beside.filter(|place| project.exists(place)));
    // The official images keep the settings and the gems elsewhere.
    let official = project.image().is_some_and(|image| image.starts_with("ruby:"));
    if !official {
        reads.fills.push(here(".bundle"));
    }
    let paths = settings.iter().filter(|(key, _)| key == "path").map(|(_, value)| value.as_str());
    let given = arguments.values.iter().map(|(_, value)| *value);
    let paths: Vec<&str> = paths.chain(given).chain(project.value("BUNDLE_PATH")).collect();
    for path in &paths {
        let path = absolute(path, Some(folder)).ok_or_else(|| because(&reasons::UNREAD_CALL))?;
        reads.fills.push(path);
    }
    if paths.is_empty() && (deployment || !official) {
        reads.fills.push(here("vendor/bundle"));
    }
    Ok(reads)
}

/// The settings that calls of `bundle config` have made before the install, in order.
fn settings(project: &Project<'_, '_>) -> Result<Vec<(String, String)>, Refusal> {
    let mut settings = Vec::new();
    if project.copies_to("bundle/config") || project.has_unread_scripts() {
        return Err((&reasons::READS_MORE, "the settings of bundler are not known".to_owned()));
    }
    for (is_own, command) in project.commands() {
        let words: Vec<&str> = command.words.iter().map_while(|word| word.as_deref()).collect();
        let Some(at) = words.iter().position(|word| matches!(*word, "bundle" | "bundler")) else {
            continue;
        };
        let mut rest =
            words[at + 1..].iter().filter(|word| !matches!(**word, "--local" | "--global" | "set"));
        match rest.next() {
            Some(&"config") => {}
            None | Some(&"install") if is_own => break,
            _ => continue,
        }
        let (Some(key), Some(value)) = (rest.next(), rest.next()) else {
            return Err(because(&reasons::UNREAD_CALL));
        };
        let harmless = SETTINGS.contains(key) || key.starts_with("build.");
        if words.len() < command.words.len() || !harmless {
            let message = format!("what bundler does with `{key}` is not known");
            return Err((&reasons::READS_MORE, message));
        }
        settings.push(((*key).to_owned(), (*value).to_owned()));
    }
    Ok(settings)
}

/// Whether a Gemfile names nothing of the project, and does nothing that is not known.
fn gems(text: &str) -> Result<(), Refusal> {
    let unread = |what: &str| (&reasons::UNREAD_MANIFEST, format!("the Gemfile has `{what}`"));
    for line in text.lines().map(str::trim) {
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        // How `github:` becomes an address is written in every second Gemfile in these words.
        if line.starts_with("git_source(:github)") && line.contains("https://github.com/#{") {
            continue;
        }
        let version = line.split_whitespace().collect::<Vec<_>>();
        if version.first() == Some(&"ruby") && line.contains("file:") {
            if !matches!(
                version[..],
                ["ruby", "file:", "\".ruby-version\"" | "'.ruby-version'" | "\".tool-versions\""]
            ) {
                return Err(unread(line));
            }
            continue;
        }
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            match first {
                '#' => break,
                '"' | '\'' => {
                    let end = rest[1..].find(first).ok_or_else(|| unread(line))? + 1;
                    let inside = &rest[1..end];
                    if inside.contains(['\\', '#']) {
                        return Err(unread(inside));
                    }
                    if ["~/", "file:", ".", "/"].iter().any(|start| inside.starts_with(start)) {
                        let message = format!("the Gemfile names `{inside}`");
                        return Err((&reasons::LOCAL_DEPENDENCY, message));
                    }
                    rest = &rest[end + 1..];
                    // `"path": "x"`
                    if rest.starts_with(':') {
                        return Err(unread(inside));
                    }
                }
                '%' => {
                    // `%w[a b]` and `%i[a b]` are lists of plain words.
                    let list = rest.strip_prefix("%w[").or_else(|| rest.strip_prefix("%i["));
                    let (inside, behind) =
                        list.and_then(|list| list.split_once(']')).ok_or_else(|| unread(line))?;
                    let plain = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
                    if !inside.chars().all(plain) {
                        return Err(unread(line));
                    }
                    rest = behind;
                }
                'a'..='z' | 'A'..='Z' | '_' | ':' => {
                    let symbol = first == ':';
                    let text = rest.strip_prefix(':').unwrap_or(rest);
                    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
                    let word = &text[..end.unwrap_or(text.len())];
                    rest = &text[word.len()..];
                    // A symbol names a group or a platform, or an option in front of an arrow.
                    let named = symbol && !word.is_empty() && !rest.trim_start().starts_with("=>");
                    if !named && !WORDS.contains(&word) {
                        let local = matches!(word, "path" | "gemspec" | "eval_gemfile");
                        let reason = if local {
                            &reasons::LOCAL_DEPENDENCY
                        } else {
                            &reasons::UNREAD_MANIFEST
                        };
                        return Err((reason, format!("the Gemfile has `{word}`")));
                    }
                    rest = if symbol { rest } else { rest.strip_prefix(':').unwrap_or(rest) };
                }
                _ if first.is_ascii_digit() || " \t,=>[](){}&|.?!<~".contains(first) => {
                    rest = &rest[1..]
                }
                _ => return Err(unread(line)),
            }
        }
    }
    Ok(())
}

/// Whether a Gemfile.lock names no folder of the project: those stand under PATH.
fn locked(text: &str) -> Result<(), Refusal> {
    let local = |line: &str| {
        matches!(line, "PATH" | "PLUGIN SOURCE")
            || line
                .trim_start()
                .strip_prefix("remote:")
                .is_some_and(|remote| !remote.contains("://") && !remote.contains('@'))
    };
    if text.lines().any(local) {
        let message = "Gemfile.lock names a folder of the project".to_owned();
        return Err((&reasons::LOCAL_DEPENDENCY, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gemfiles_that_name_no_file() {
        let reason = |text: &str| gems(text).map_or_else(|(reason, _)| reason.name, |()| "");
        for text in [
            "source 'https://rubygems.org'\ngit_source(:github) { |repo| \"https://github.com/#{repo}.git\" }\n",
            "ruby '3.3.0' # the newest\ngem \"rails\", \"~> 7.1\", \">= 7.1.2\"\n",
            "group :development, :test do\n  gem 'debug', platforms: %i[mri windows]\nend\n",
            "gem 'a', git: 'https://host/a.git', branch: 'main', require: false\n",
            "gem 'a', :require => false, :group => :test\n",
            "ruby file: \".ruby-version\"\n",
            "gem 'tzinfo-data', platforms: [:windows, :jruby] if ENV['CI'] == 'true'\n",
        ] {
            assert_eq!(reason(text), "", "{text}");
        }
        for text in [
            "gemspec\n",
            "gem 'a', path: 'a'\n",
            "gem 'a', :path => 'a'\n",
            "gem 'a', git: '../a'\n",
            "path 'x' do\nend\n",
            "eval_gemfile 'x'\n",
        ] {
            assert_eq!(reason(text), "local-dependency", "{text}");
        }
        for text in [
            "ruby File.read('.ruby-version').strip\n",
            "gem 'a', `ls`\n",
            "plugin 'a'\n",
            "gem \"#{x}\"\n",
            "require_relative 'x'\n",
            "gem 'a', 'path': 'x'\n",
            "ruby file: 'x'\n",
            "instance_eval('x')\n",
            "gem 'a', **{'x': 1}\n",
            "gem %q(a)\n",
        ] {
            assert_eq!(reason(text), "unread-manifest", "{text}");
        }
    }

    #[test]
    fn lockfiles_name_folders_under_path() {
        assert!(
            locked("GEM\n  remote: https://rubygems.org/\n  specs:\n    rake (13.0)\n").is_ok()
        );
        assert!(locked("PATH\n  remote: .\n  specs:\n").is_err());
        assert!(locked("GIT\n  remote: ../a\n").is_err());
    }
}
