using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Tell.Control;

/// <summary>
/// Who is at the other end of the console's socket, as the kernel tells it: nobody can claim another name. Only the owner of the server and the
/// superuser can be, since nobody else may open the socket.
/// </summary>
internal static class PeerUser
{
    private const string PasswordFile = "/etc/passwd";

    // SOL_SOCKET and SO_PEERCRED of Linux; the answer is struct ucred: pid, uid, gid, of 32 bits each.
    private const int SocketLevel = 1, PeerCredentials = 17, CredentialsLength = 12;

    // A system that has more users keeps them elsewhere.
    private const int MostLines = 100_000;

    /// <summary>The user's name, "uid 1000" where it has none; where the kernel does not tell, the owner of this process, who alone could open the socket.</summary>
    public static string Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return Environment.UserName;
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        try
        {
            if (socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) < CredentialsLength)
                return Environment.UserName;
        }
        catch (SocketException)
        {
            return Environment.UserName;
        }
        var id = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]) : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]);
        try
        {
            return NameOf(id, File.ReadLines(PasswordFile)) ?? Unnamed(id);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Unnamed(id);
        }
    }

    /// <summary>The name of a user id by the lines of a password file ("name:x:1000:..."); null where it has none that can stand in a log.</summary>
    public static string? NameOf(uint id, IEnumerable<string> lines)
    {
        foreach (var line in lines.Take(MostLines))
        {
            if (line.Split(':', 4) is [{ Length: > 0 and < 256 } name, _, var number, ..] && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var found) && found == id)
                return name.Any(char.IsControl) ? null : name;
        }
        return null;
    }

    private static string Unnamed(uint id) => string.Create(CultureInfo.InvariantCulture, $"uid {id}");
}
