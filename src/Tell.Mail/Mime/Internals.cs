using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Tell.Tests")]
