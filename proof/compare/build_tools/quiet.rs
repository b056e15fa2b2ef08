//! Whether a project is quiet: none of its texts starts a program, but scripts that keep files and start a server.

use dockslim_contract::{BuildContext, ContextKind};

use super::left_out::{KEEP, is, is_packaged, is_running, writes_tool};

/// What starts programs, opens libraries or lets people type, in sources and settings, in small letters.
const LOUD: &str = "__import__ argv.shift binding. byebug cgi child_process code.interact config[ console ctypes debug=true \
    debuggedapplication delegator distutils dlload dom\\ embed( eval exec fabric ffi fiddle flask_debug fork importlib include_shell invoke irb \
    load_module loadmodule lua nodemon open3 passthru pcntl perl_ pexpect php-config platform plumbum pm2 popen posix prg: proc_open pty rake \
    rbconfig repl runpy setuptools shell spawn subprocess sysconfig zx %x |/ \"| '| \"cc\" 'cc' $cc";
/// Words of a shell that start nothing.
const SHELL: &str = ": cd exit export umask unset wait if then else elif fi !";

/// The file that is not quiet.
pub(super) fn loud_file(context: &BuildContext) -> Option<&str> {
    let files = context.entries().filter(|(_, entry)| entry.kind == ContextKind::File);
    let mut files = files.filter_map(|(path, _)| Some((path, context.text(path)?)));
    files.find(|(path, text)| !is_quiet(path, text, context)).map(|(path, _)| path)
}

fn is_quiet(path: &str, text: &str, context: &BuildContext) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with("Dockerfile") {
        return true;
    }
    let orders = text.lines().any(|line| {
        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let any = |list: &str| words.iter().any(|word| is(list, word));
        any("docker compose podman kubectl nerdctl") && any("run exec")
    });
    if orders {
        return false;
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    if is("md lock", ending)
        || stem.ends_with("-lock")
        || is("LICENSE Makefile package.json .dockerignore", name)
    {
        return true;
    }
    let first = text.lines().next().unwrap_or_default();
    if is("sh bash", ending) || first.starts_with("#!") && first.ends_with("sh") {
        return text.lines().all(|line| is_quiet_line(line.trim(), context));
    }
    if is("css htm html svg", ending) {
        return !["<?php", "<?=", "<%", "#exec"].iter().any(|sign| text.contains(sign));
    }
    if is("cfg conf csv env ini properties txt", ending)
        && !stem.starts_with("requirements")
        && writes_tool(text)
    {
        return false;
    }
    let small = text.to_ascii_lowercase().replace("execute", "");
    let loud = LOUD.split_whitespace().any(|sign| small.contains(sign))
        || ["import sh", "from sh ", "dl("].iter().any(|sign| small.contains(sign))
        || small.contains('`') && !is("cjs js jsx mjs mts ts tsx", ending);
    let alone = |sign: &str, behind: bool| {
        let letter = |c: char| c.is_ascii_alphanumeric();
        small.match_indices(sign).any(|(at, _)| match behind {
            true => !small[at + sign.len()..].starts_with(letter),
            false => !small[..at].ends_with(letter),
        })
    };
    !loud && !alone("system", false) && !alone(".so", true)
}

/// Whether a line of a script only keeps files, or starts what serves.
pub(super) fn is_quiet_line(line: &str, context: &BuildContext) -> bool {
    if line.starts_with('#') {
        return true;
    }
    let chained = line.replace("&&", "\n").replace("||", "\n").replace(';', "\n");
    if chained.contains(['&', '|', '`', '\\', '(', ')', '{', '<']) {
        return false;
    }
    chained.lines().all(|command| {
        let words: Vec<&str> =
            command.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let keeps = words.iter().find(|word| !is("if then else elif fi !", word));
        match keeps {
            None => true,
            Some(word) if is(SHELL, word) || is(KEEP, word) => {
                !writes_tool(command) && !words.iter().any(|word| is_packaged(word))
            }
            _ => words == ["exec", "$@"] || !command.contains('$') && is_running(&words, context),
        }
    })
}
