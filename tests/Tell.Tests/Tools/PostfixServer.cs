using System.Text;

namespace Tell.Tests.Tools;

/// <summary>Postfix: its master and all its daemons.</summary>
public sealed class PostfixServer : PeerServer
{
    private static readonly string Home = Path.Combine(Checkout.Artifacts, "tools", "postfix", "usr");

    private PostfixServer()
    {
    }

    /// <inheritdoc/>
    public override string HostName => "postfix.example.test";

    /// <inheritdoc/>
    protected override string LogFile => Folder["log"];

    /// <summary>Starts one whose mail goes to a port of 127.0.0.1; parameters of main.cf change or add to its own.</summary>
    public static async Task<PostfixServer> StartAsync(int nextHop, params (string Name, string Value)[] parameters)
    {
        var postfix = new PostfixServer();
        var folder = postfix.Folder;
        string[] queues = [.. "active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace".Split(' ').Select(name => folder.MakeFolder($"queue/{name}"))];
        folder.MakeFolder("queue/pid");
        await postfix.GiveAsync("postfix", [.. queues, folder.MakeFolder("data")]);
        var main = new Dictionary<string, string>
        {
            ["compatibility_level"] = "3.6",
            ["queue_directory"] = folder["queue"],
            ["data_directory"] = folder["data"],
            ["command_directory"] = $"{Home}/sbin",
            ["daemon_directory"] = $"{Home}/lib/postfix/sbin",
            ["shlib_directory"] = $"{Home}/lib/postfix",
            ["meta_directory"] = folder["etc"],
            // The libraries of an unpacked package are not where its daemons look for them.
            ["import_environment"] = "MAIL_CONFIG LD_LIBRARY_PATH",
            ["maillog_file_prefixes"] = folder.Path,
            ["maillog_file"] = postfix.LogFile,
            ["myhostname"] = postfix.HostName,
            ["mydestination"] = "",
            ["mynetworks"] = "127.0.0.0/8",
            ["inet_interfaces"] = "127.0.0.1",
            ["inet_protocols"] = "ipv4",
            ["relayhost"] = $"[127.0.0.1]:{nextHop}",
            ["alias_maps"] = "",
            ["alias_database"] = "",
            ["local_recipient_maps"] = "",
            ["smtpd_relay_restrictions"] = "permit_mynetworks, reject",
            ["smtpd_peername_lookup"] = "no",
            ["disable_dns_lookups"] = "yes",
            ["smtp_host_lookup"] = "native",
            ["smtputf8_autodetect_classes"] = "all",
            ["queue_run_delay"] = "1s",
            ["minimal_backoff_time"] = "1s",
            ["maximal_backoff_time"] = "1s",
            ["smtpd_tls_loglevel"] = "1",
            ["smtp_tls_loglevel"] = "1",
        };
        foreach (var (name, value) in parameters)
        {
            main[name] = value;
        }
        folder.MakeFolder("etc");
        folder.Write("etc/main.cf", Encoding.UTF8.GetBytes(string.Concat(main.Select(parameter => $"{parameter.Key} = {parameter.Value}\n"))));
        folder.Write("etc/master.cf", Encoding.UTF8.GetBytes($"""
            127.0.0.1:{postfix.Port} inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            virtual unix - n n - - virtual
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """));
        await postfix.StartAsync("postfix-master", folder["etc"]);
        return postfix;
    }
}
