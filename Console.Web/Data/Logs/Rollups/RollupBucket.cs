using System.Buffers;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>The cells of one cut within one stretch of time, in the rows that they are stored in.</summary>
/// <param name="id">Number of the first row.</param>
internal sealed class RollupBucket(long id)
{
    /// <summary>A row of this size takes no further cells. Those it has will grow to about twice as much, and a page holds 4,000 bytes.</summary>
    private const int FullRow = 1800;

    private readonly Dictionary<long, Slot> _slots = [];
    private Part? _last;

    public int Cells => _slots.Count;

    /// <summary>Takes a stored row.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Load(long part, ReadOnlySpan<byte> pack)
    {
        _last = new Part(part);
        while (!pack.IsEmpty)
        {
            var cell = RollupPack.Take(ref pack, out var facet);
            var slot = new Slot(facet, _last, cell.ToArray(), RollupCell.RequestsOf(cell));
            _slots[facet] = slot;
            _last.Add(slot, cell.Length);
        }
    }

    /// <summary>The cell of a facet, which will be written as it is when its row is.</summary>
    /// <param name="changed">Gets the row of the cell, if it is not there yet.</param>
    /// <param name="create">Whether a cell is made where there is none.</param>
    public RollupCell? Open(long facet, List<Part> changed, bool create = true)
    {
        if (!_slots.TryGetValue(facet, out var slot))
        {
            if (!create)
            {
                return null;
            }

            if (_last is null || (_last.Length >= FullRow && _last.Id + 1 < id + RollupPack.MostParts))
            {
                _last = new Part(_last is null ? id : _last.Id + 1);
            }

            slot = new Slot(facet, _last, [], requests: 0);
            _slots.Add(facet, slot);
            _last.Add(slot, Part.UsualCell);
        }

        return slot.Open(changed);
    }

    /// <summary>One stored row.</summary>
    internal sealed class Part(long id)
    {
        /// <summary>Bytes that a new cell is expected to take.</summary>
        public const int UsualCell = 60;

        private readonly List<Slot> _slots = [];

        public long Id { get; } = id;

        public int Length { get; private set; }

        public bool IsChanged { get; set; }

        public void Add(Slot slot, int length)
        {
            _slots.Add(slot);
            Length += length;
        }

        /// <summary>Writes all of its cells, those that were changed anew.</summary>
        /// <returns>The requests of all of them.</returns>
        public long Write(ArrayBufferWriter<byte> output)
        {
            var requests = 0L;
            output.ResetWrittenCount();
            foreach (var slot in _slots)
            {
                requests += slot.Write(output);
            }

            (Length, IsChanged) = (output.WrittenCount, false);
            return requests;
        }
    }

    /// <summary>One cell, read when it is changed.</summary>
    internal sealed class Slot(long facet, Part part, byte[] written, long requests)
    {
        private byte[] _written = written;
        private long _requests = requests;
        private RollupCell? _cell;
        private bool _isChanged;

        public RollupCell Open(List<Part> changed)
        {
            _cell ??= LogDamage.Check(() => _written.Length == 0 ? new RollupCell() : RollupCell.Read(_written));
            _isChanged = true;
            if (!part.IsChanged)
            {
                part.IsChanged = true;
                changed.Add(part);
            }

            return _cell;
        }

        public long Write(ArrayBufferWriter<byte> output)
        {
            if (_isChanged)
            {
                (_written, _requests, _isChanged) = (_cell!.ToBytes(), _cell.Sums[0], false);
            }

            RollupPack.Append(output, facet, _written);
            return _requests;
        }
    }
}
