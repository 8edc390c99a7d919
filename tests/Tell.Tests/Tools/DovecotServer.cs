using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tell.Tests.Tools;

/// <summary>
/// Dovecot: mailboxes that take mail by LMTP, on a port and on a socket, and show it by IMAP. Its users are "ada", "bob" and "full", whose
/// mailbox has room for nothing, in one domain; each has the password "secret". Stopped and started again it has the same mail.
/// </summary>
public sealed class DovecotServer : IAsyncDisposable
{
    /// <summary>The domain of its users.</summary>
    public const string Domain = "boxes.example.test";

    private const string Fetch = """
        import base64, imaplib, sys
        box = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]), 20)
        box.login(sys.argv[2], "secret")
        box.select("INBOX", True)
        found = box.search(None, "ALL")[1][0].split()
        if found:
            for part in box.fetch(b",".join(found), "(BODY.PEEK[])")[1]:
                if isinstance(part, tuple):
                    print(base64.b64encode(part[1]).decode())
        box.logout()
        """;

    private readonly TempDirectory _folder = new();
    private ChildProcess? _process;

    private DovecotServer()
    {
    }

    /// <summary>The port of 127.0.0.1 on which it takes mail by LMTP, the same after each start.</summary>
    public int LmtpPort { get; } = FreePort.Next();

    /// <summary>The port of 127.0.0.1 on which it speaks IMAP.</summary>
    public int ImapPort { get; } = FreePort.Next();

    /// <summary>The socket on which it takes mail by LMTP.</summary>
    public string LmtpSocket => _folder["run/lmtp"];

    /// <summary>What it logged and printed.</summary>
    public string Evidence => $"{_process?.Evidence}\n--- log\n{Log}";

    /// <summary>What it logged.</summary>
    public string Log
    {
        get
        {
            if (!File.Exists(_folder["log"]))
                return "";
            using var reader = new StreamReader(new FileStream(_folder["log"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    /// <summary>Starts one. Where <paramref name="fullIsForGood"/> a full mailbox refuses mail for good (552), else for now (452).</summary>
    public static async Task<DovecotServer> StartAsync(bool fullIsForGood = false)
    {
        var dovecot = new DovecotServer();
        try
        {
            await dovecot.PrepareAsync(fullIsForGood);
            await dovecot.StartAgainAsync();
            return dovecot;
        }
        catch
        {
            await dovecot.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it greets by LMTP.</summary>
    public async Task StartAgainAsync()
    {
        var process = _process = ChildProcess.Start(Tool.PathOf("dovecot-master"), ["-F", "-c", _folder["dovecot.conf"]], _folder.Path);
        await Patience.UntilAsync("dovecot greets", Patience.ForAProgram, async () =>
        {
            if (process.HasExited)
                throw new InvalidOperationException(Evidence);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, LmtpPort);
                using var reader = new StreamReader(new NetworkStream(socket));
                return await reader.ReadLineAsync() is { } greeting && greeting.StartsWith("220 ", StringComparison.Ordinal);
            }
            catch (Exception cause) when (cause is SocketException or IOException)
            {
                return false;
            }
        }, () => Evidence);
    }

    /// <summary>Ends it with all its processes; its mail stays.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        process.Send(Signal.Terminate);
        await process.ExitAsync(Patience.ForAProgram);
        await process.DisposeAsync();
        _process = null;
    }

    /// <summary>The messages in a user's inbox, as IMAP shows them, octet for octet.</summary>
    public async Task<IReadOnlyList<byte[]>> InboxAsync(string user)
    {
        var answer = (await ChildProcess.RunAsync(Tool.PathOf("python3"), ["-c", Fetch, $"{ImapPort}", $"{user}@{Domain}"], _folder.Path)).Succeeded();
        return [.. answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Convert.FromBase64String)];
    }

    /// <summary>Ends it and deletes all that it had.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task PrepareAsync(bool fullIsForGood)
    {
        foreach (var name in new[] { "run", "state", "mail" })
            _folder.MakeFolder(name);
        (await ChildProcess.RunAsync(Tool.PathOf("chown"), ["mail:mail", _folder["mail"]], _folder.Path)).Succeeded();
        // Its processes are users of their own, who have to get at their sockets and mail.
        (await ChildProcess.RunAsync(Tool.PathOf("chmod"), ["755", _folder.Path], _folder.Path)).Succeeded();
        _folder.Write("users", Encoding.UTF8.GetBytes(string.Concat(new[] { "ada", "bob", "full" }.Select(user =>
            $"{user}@{Domain}:{{PLAIN}}secret::::{_folder["mail"]}/{user}::{(user == "full" ? "userdb_quota_rule=*:bytes=1" : "")}\n"))));
        _folder.Write("dovecot.conf", Encoding.UTF8.GetBytes($$"""
            base_dir = {{_folder["run"]}}
            state_dir = {{_folder["state"]}}
            log_path = {{_folder["log"]}}
            hostname = dovecot.example.test
            postmaster_address = postmaster@example.test
            protocols = imap lmtp
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            auth_mechanisms = plain
            mail_location = maildir:~/Maildir
            mail_plugins = quota
            mail_uid = mail
            mail_gid = mail
            first_valid_uid = 1
            first_valid_gid = 1
            quota_full_tempfail = {{(fullIsForGood ? "no" : "yes")}}
            passdb {
              driver = passwd-file
              args = {{_folder["users"]}}
            }
            userdb {
              driver = passwd-file
              args = {{_folder["users"]}}
            }
            plugin {
              quota = maildir:User quota
              quota_rule = *:storage=0
              quota_grace = 0
            }
            service imap-login {
              inet_listener imap {
                address = 127.0.0.1
                port = {{ImapPort}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service lmtp {
              inet_listener lmtp {
                address = 127.0.0.1
                port = {{LmtpPort}}
              }
              unix_listener lmtp {
                mode = 0666
              }
            }

            """));
    }
}
