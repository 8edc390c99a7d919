namespace Tell.Mta.Inbound;

/// <summary>Counts the Received fields in the header of a message.</summary>
internal static class HopCount
{
    /// <summary>How many Received fields there are before the first empty line. Each octet is looked at once.</summary>
    public static int Of(ReadOnlySpan<byte> message)
    {
        var hops = 0;
        while (message.Length >= 9)
        {
            if (message[0] is (byte)'\r' or (byte)'\n')
                break;
            if (message[0] is (byte)'R' or (byte)'r' && System.Text.Ascii.EqualsIgnoreCase(message[..9], "Received:"u8))
                hops++;
            var end = message.IndexOf((byte)'\n');
            if (end < 0)
                break;
            message = message[(end + 1)..];
        }
        return hops;
    }
}
