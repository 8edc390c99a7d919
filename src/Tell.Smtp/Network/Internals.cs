using System.Runtime.CompilerServices;

// For what no test can bring about from outside: an accept that fails.
[assembly: InternalsVisibleTo("Tell.Tests")]
