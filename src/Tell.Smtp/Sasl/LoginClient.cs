using System.Text;

namespace Tell.Smtp.Sasl;

/// <summary>LOGIN as the client: name and password when asked, whatever the words of the questions.</summary>
internal sealed class LoginClient(string user, string password) : ISaslClient
{
    private int _asked;

    /// <inheritdoc/>
    public string Name => "LOGIN";

    /// <inheritdoc/>
    public bool IsSatisfied => _asked == 2;

    /// <inheritdoc/>
    public byte[]? Initial() => null;

    /// <inheritdoc/>
    public byte[]? Next(ReadOnlySpan<byte> challenge) => _asked++ switch
    {
        0 => Encoding.UTF8.GetBytes(user),
        1 => Encoding.UTF8.GetBytes(password),
        _ => null,
    };
}
