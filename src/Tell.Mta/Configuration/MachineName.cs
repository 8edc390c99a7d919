using System.Net;
using System.Net.Sockets;
using Tell.Mail;

namespace Tell.Mta.Configuration;

/// <summary>A name for this machine that may stand in EHLO.</summary>
internal static class MachineName
{
    /// <summary>The machine's own name where it is a full one, else that name with ".localdomain".</summary>
    public static string ForMail()
    {
        string name;
        try
        {
            name = Dns.GetHostName();
        }
        catch (SocketException)
        {
            name = "";
        }
        return ForMail(name);
    }

    /// <summary>The same for a given name; "localhost.localdomain" where it is none.</summary>
    internal static string ForMail(string name)
    {
        name = name.TrimEnd('.');
        // An address is no name, though it has dots (RFC 5321 4.1.4 wants a literal then).
        if (!Domain.TryParse(name, out var domain) || domain.IsLiteral || IPAddress.TryParse(name, out _))
            return "localhost.localdomain";
        return domain.Name.Contains('.', StringComparison.Ordinal) ? domain.Name : domain.Name + ".localdomain";
    }
}
