using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// The addresses of a header field as programs write it (RFC 5322 3.4, 4.4): comments, groups, routes, quoted and encoded names, missing commas,
/// 8-bit names. Tolerant and linear; never throws.
/// </summary>
public static class AddressList
{
    /// <summary>
    /// The addresses, in order, group members as themselves. What is no mailbox is kept as it stands, so that nothing that a person wrote is lost: its Mailbox is
    /// null. A group without members is one entry with neither name nor address.
    /// </summary>
    /// <param name="field">The value of the field, unfolded or not, its encoded words not yet read.</param>
    /// <param name="most">How many are read; the rest is passed over.</param>
    public static ImmutableArray<ListedAddress> Parse(string field, int most = 1000)
    {
        var tokens = new AddressScanner(field);
        var reading = new AddressReading(most);
        while (!reading.IsFull && tokens.TryNext(out var token))
            reading.Add(token);
        return reading.Finish();
    }
}
