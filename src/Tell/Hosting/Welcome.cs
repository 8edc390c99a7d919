using Tell.Mta.Operations;

namespace Tell.Hosting;

/// <summary>What `tell run` prints when it listens.</summary>
internal static class Welcome
{
    /// <summary>"ready" on a line of its own, which harnesses wait for; then the addresses, and for a newcomer what to try.</summary>
    public static void Print(TextWriter output, ServerStatus server, bool newcomer, bool terminal)
    {
        output.WriteLine("ready");
        output.WriteLine($"  SMTP  {(server.Addresses.Count > 0 ? string.Join(", ", server.Addresses) : "no listener")}");
        output.WriteLine($"  data  {server.Directory}");
        if (newcomer)
        {
            var address = server.Addresses.Count > 0 ? server.Addresses[0] : "127.0.0.1:2525";
            var tell = terminal ? "" : Invocation.Name + " ";
            output.WriteLine("Try next:");
            output.WriteLine($"  printf 'Subject: hello\\r\\n\\r\\nIt works.\\r\\n' | curl -sS smtp://{address} --mail-from you@tell.test --mail-rcpt ada@tell.test -T -{(terminal ? "    (in another terminal)" : "")}");
            output.WriteLine($"  {tell}mail ada read 1{(terminal ? "    (here, at the console)" : "")}");
            output.WriteLine($"  {tell}show stat mta");
        }
        if (terminal)
            output.WriteLine("This is the console: HELP lists the commands, QUIT ends the server.");
        output.Flush();
    }
}
