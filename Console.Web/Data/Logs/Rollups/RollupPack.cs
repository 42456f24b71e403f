using System.Buffers;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>
/// How cells are stored: many in one row, so that a chart over months reads thousands of rows and not hundreds of thousands. Of each cell
/// there is its facet, how many bytes follow, and what <see cref="RollupCell.Write"/> writes.
/// </summary>
internal static class RollupPack
{
    private const int PartBits = 12;

    private const int CutBits = 52;

    /// <summary>Rows that a bucket of a cut may have.</summary>
    public const int MostParts = 1 << PartBits;

    /// <summary>The number of the first row of a bucket: cut, bucket and part in one number, so that they are stored in this order.</summary>
    /// <param name="bucket">From 0 to 2^40; also one after the last of a cut.</param>
    public static long IdOf(int cut, long bucket) => ((long)cut << CutBits) + (bucket << PartBits);

    public static int CutOf(long id) => (int)(id >> CutBits);

    public static long BucketOf(long id) => (id & ((1L << CutBits) - 1)) >> PartBits;

    public static void Append(IBufferWriter<byte> output, long facet, ReadOnlySpan<byte> cell)
    {
        VarInt.Write(output, facet);
        VarInt.Write(output, cell.Length);
        output.Write(cell);
    }

    /// <summary>Takes the first cell off.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> pack, out long facet)
    {
        facet = VarInt.Read(ref pack);
        var length = VarInt.Read(ref pack);
        if (length < 0 || length > pack.Length)
        {
            throw new InvalidDataException("Stored sums are damaged.");
        }

        var cell = pack[..(int)length];
        pack = pack[(int)length..];
        return cell;
    }
}
