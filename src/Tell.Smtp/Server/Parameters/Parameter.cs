namespace Tell.Smtp.Server.Parameters;

/// <summary>Takes the value of a parameter into <paramref name="options"/>; the value is empty where there is none. Null, or the reply that refuses it.</summary>
internal delegate CannedReply? ParameterHandler<TOptions>(SessionState session, ReadOnlySpan<byte> value, ref TOptions options)
    where TOptions : struct;

/// <summary>A row of a <see cref="ParameterTable{TOptions}"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Extension">The extension without which it is not known (555).</param>
/// <param name="Syntax">How to say it, for HELP.</param>
/// <param name="Take">What its value does.</param>
internal sealed record Parameter<TOptions>(string Name, Extension Extension, string Syntax, ParameterHandler<TOptions> Take)
    where TOptions : struct;
