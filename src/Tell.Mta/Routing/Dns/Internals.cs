[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Tell.Tests")]
