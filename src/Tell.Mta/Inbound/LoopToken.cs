namespace Tell.Mta.Inbound;

/// <summary>What one session of ours offers with XLOOP; disposed when the session is over.</summary>
internal sealed class LoopToken(LoopTokens tokens, string word) : IDisposable
{
    /// <summary>The word: letters and digits.</summary>
    public string Word => word;

    /// <summary>It is nobody's any more.</summary>
    public void Dispose() => tokens.End(word);
}
