using System.Text;
using SQLitePCL;

namespace Tell.Documents.Sqlite;

/// <summary>
/// A prepared statement, kept for its connection's life. Prepared at its first use, so that opening a file costs nothing for verbs that
/// are never called. Parameters are numbered from 1, columns from 0.
/// </summary>
internal sealed class Statement(Connection connection, string sql) : IDisposable
{
    private sqlite3_stmt? _handle;

    private sqlite3_stmt Handle => _handle ??= connection.Compile(sql);

    /// <summary>Binds a number.</summary>
    public Statement Bind(int index, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(Handle, index, value));
        return this;
    }

    /// <summary>Binds a number or NULL.</summary>
    public Statement Bind(int index, long? value)
    {
        connection.Check(value is { } number ? raw.sqlite3_bind_int64(Handle, index, number) : raw.sqlite3_bind_null(Handle, index));
        return this;
    }

    /// <summary>Binds a text or NULL.</summary>
    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            connection.Check(raw.sqlite3_bind_null(Handle, index));
            return this;
        }
        Span<byte> small = stackalloc byte[256];
        var octets = value.Length <= 80 ? small[..Encoding.UTF8.GetBytes(value, small)] : Encoding.UTF8.GetBytes(value);
        // An empty span would bind NULL.
        connection.Check(octets.IsEmpty ? raw.sqlite3_bind_text(Handle, index, "") : raw.sqlite3_bind_text(Handle, index, octets));
        return this;
    }

    /// <summary>Binds octets; none at all is an empty blob.</summary>
    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        connection.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(Handle, index, 0) : raw.sqlite3_bind_blob(Handle, index, value));
        return this;
    }

    /// <summary>Goes to the next row; false where there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(Handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        throw connection.Failure(code);
    }

    /// <summary>Carries the statement out and makes it ready for the next time.</summary>
    public void Run()
    {
        var code = raw.sqlite3_step(Handle);
        if (code is raw.SQLITE_DONE or raw.SQLITE_ROW)
        {
            raw.sqlite3_reset(Handle);
            return;
        }
        var failure = connection.Failure(code);
        raw.sqlite3_reset(Handle);
        throw failure;
    }

    /// <summary>Makes the statement ready for the next time when the reader leaves the scope; without it a read transaction stays open.</summary>
    public Rows Read() => new(this);

    /// <summary>The number of a column.</summary>
    public long Long(int column) => raw.sqlite3_column_int64(Handle, column);

    /// <summary>The number of a column; null for NULL.</summary>
    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    /// <summary>True for NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(Handle, column) == raw.SQLITE_NULL;

    /// <summary>The text of a column.</summary>
    public string Text(int column) => raw.sqlite3_column_text(Handle, column).utf8_to_string();

    /// <summary>The text of a column; null for NULL.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The octets of a column, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(Handle, column);

    /// <summary>Ready for the next time.</summary>
    public void Reset()
    {
        if (_handle is not null)
            raw.sqlite3_reset(_handle);
    }

    public void Dispose() => _handle?.Dispose();

    /// <summary>The scope of a read.</summary>
    internal readonly ref struct Rows(Statement statement)
    {
        public void Dispose() => statement.Reset();
    }
}
