using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>One named piece of a body or a query: a pair, a member, a part.</summary>
/// <param name="Name">Its name, decoded.</param>
/// <param name="Text">The piece as it stands, name and value.</param>
/// <param name="RestAt">Where in the text the name has ended.</param>
internal readonly record struct Piece(string Name, ReadOnlyMemory<byte> Text, int RestAt)
{
    /// <summary>What follows the name.</summary>
    public ReadOnlyMemory<byte> Rest => Text[RestAt..];
}

/// <summary>Named pieces in their order. A piece that no rule touches keeps its bytes.</summary>
internal abstract class PieceFields : IFieldSet
{
    /// <summary>So many small pieces would take many times the memory of the body; no real form comes near.</summary>
    private const int MaxPieces = 100_000;

    private readonly List<Piece> _pieces = [];

    /// <summary>Whether a rule has changed anything.</summary>
    public bool IsChanged { get; private set; }

    protected IReadOnlyList<Piece> Pieces => _pieces;

    public bool Contains(string name) => IndexOf(name) >= 0;

    public void Remove(string name) => IsChanged |= _pieces.RemoveAll(p => p.Name == name) > 0;

    /// <summary>Every value of the name moves, and takes the place of what had the new name.</summary>
    public void Rename(string name, string newName)
    {
        if (name == newName || !Contains(name))
        {
            return;
        }

        _pieces.RemoveAll(p => p.Name == newName);
        for (var i = 0; i < _pieces.Count; i++)
        {
            if (_pieces[i].Name == name)
            {
                _pieces[i] = Renamed(_pieces[i], newName);
            }
        }

        IsChanged = true;
    }

    public void Set(string name, string value)
    {
        var at = IndexOf(name);
        if (at < 0)
        {
            AddNew(Create(name, value));
            return;
        }

        _pieces[at] = Create(name, value);
        for (var i = _pieces.Count - 1; i > at; i--)
        {
            if (_pieces[i].Name == name)
            {
                _pieces.RemoveAt(i);
            }
        }

        IsChanged = true;
    }

    public virtual void Append(string name, string value) => AddNew(Create(name, value));

    /// <summary>The pieces put together again.</summary>
    public abstract byte[] ToBytes();

    /// <summary>Takes up a piece that was there.</summary>
    /// <exception cref="BadHttpRequestException">There are too many.</exception>
    protected void AddFound(Piece piece)
    {
        if (_pieces.Count == MaxPieces)
        {
            throw new BadHttpRequestException($"The body has more than {MaxPieces} fields.", StatusCodes.Status413PayloadTooLarge);
        }

        _pieces.Add(piece);
    }

    protected void AddNew(Piece piece)
    {
        _pieces.Add(piece);
        IsChanged = true;
    }

    /// <summary>Puts another piece in the place of the last one of its name, which is the one that counts.</summary>
    protected void ReplaceLast(Piece piece)
    {
        _pieces[_pieces.FindLastIndex(p => p.Name == piece.Name)] = piece;
        IsChanged = true;
    }

    protected abstract Piece Create(string name, string value);

    protected abstract Piece Renamed(Piece piece, string newName);

    /// <summary>The texts of the pieces with something before, between and after them.</summary>
    protected byte[] Join(ReadOnlySpan<byte> before, ReadOnlySpan<byte> between, ReadOnlySpan<byte> after)
    {
        long length = before.Length + after.Length;
        foreach (var piece in _pieces)
        {
            length += piece.Text.Length + between.Length;
        }

        var writer = new ArrayBufferWriter<byte>(checked((int)Math.Max(length, 1)));
        writer.Write(before);
        for (var i = 0; i < _pieces.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(between);
            }

            writer.Write(_pieces[i].Text.Span);
        }

        writer.Write(after);
        return writer.WrittenSpan.ToArray();
    }

    private int IndexOf(string name) => _pieces.FindIndex(p => p.Name == name);
}
