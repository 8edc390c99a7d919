using System.Text;

namespace Tell.Tests.Tools;

/// <summary>Exim as a daemon with a queue runner each second.</summary>
public sealed class EximServer : PeerServer
{
    private EximServer()
    {
    }

    /// <inheritdoc/>
    public override string HostName => "exim.example.test";

    /// <inheritdoc/>
    protected override string LogFile => Folder["log/mainlog"];

    /// <summary>Starts one whose mail goes to a port of 127.0.0.1.</summary>
    /// <param name="nextHop">That port.</param>
    /// <param name="main">More lines of the main section.</param>
    /// <param name="transport">More lines of the transport.</param>
    /// <param name="authenticators">The authenticators.</param>
    /// <param name="routers">Routers before the one to the next hop; each may use its transport.</param>
    public static async Task<EximServer> StartAsync(int nextHop, string main = "", string transport = "", string authenticators = "", string routers = "")
    {
        var exim = new EximServer();
        var folder = exim.Folder;
        await exim.GiveAsync("Debian-exim", folder.MakeFolder("spool"), folder.MakeFolder("log"));
        // Exim starts itself for each piece of work; deliver_drop_privilege spares it the way back to root.
        folder.Write("exim.conf", Encoding.UTF8.GetBytes($"""
            exim_path = {new FileInfo(Tool.PathOf("exim4")).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Tool.PathOf("exim4")}
            primary_hostname = {exim.HostName}
            spool_directory = {folder["spool"]}
            log_file_path = {folder["log"]}/%slog
            pid_file_path = {folder["pid"]}
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {exim.Port}
            acl_smtp_rcpt = accept hosts = 127.0.0.1
            acl_smtp_data = accept
            disable_ipv6 = true
            rfc1413_query_timeout = 0s
            deliver_drop_privilege = true
            keep_environment =
            smtp_accept_queue_per_connection = 0
            dsn_advertise_hosts = *
            log_selector = +tls_cipher +tls_peerdn +tls_certificate_verified +received_recipients +smtp_protocol_error
            {main}
            begin routers
            {routers}
            next_hop:
              driver = manualroute
              route_list = * localhost byname
              self = send
              transport = next_hop
            begin transports
            next_hop:
              driver = smtp
              port = {nextHop}
              allow_localhost
              {transport}
            begin retry
            * * F,2h,1s
            begin authenticators
            {authenticators}

            """));
        await exim.StartAsync("exim4", "-C", folder["exim.conf"], "-bdf", "-q1s");
        return exim;
    }
}
