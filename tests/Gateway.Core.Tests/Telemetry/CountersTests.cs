using Gateway.Core.Telemetry;

namespace Gateway.Core.Tests.Telemetry;

/// <summary>Many threads count at once; nothing is lost, and label sets beyond the limit share a series.</summary>
public sealed class CountersTests
{
    private const int Threads = 8;
    private const int Rounds = 20_000;

    [Fact]
    public void Counters_ManyThreads_LoseNothing()
    {
        var counter = new Counter();
        var fraction = new FractionCounter();
        var histogram = new Histogram([1, 2]);

        Parallel.For(0, Threads, _ =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                counter.Add(2);
                fraction.Add(0.5);
                histogram.Observe(i % 3 + 1);
            }
        });

        Assert.Equal((Threads * Rounds * 2L, Threads * Rounds * 0.5), (counter.Value, fraction.Value));
        Assert.Equal(Threads * Rounds, histogram.CountOf(0) + histogram.CountOf(1) + histogram.CountOf(2));
    }

    [Fact]
    public void Table_BeyondTheLimit_CountsTheRestTogether()
    {
        var table = new SeriesTable<Name, Counter>(10, _ => new Counter());

        Parallel.For(0, Threads, _ =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                table.Get(new Name(i % 1000)).Add();
            }
        });

        Assert.Equal(11, table.All.Count());
        Assert.Equal(Threads * Rounds, table.All.Sum(c => c.Value));
        Assert.Equal(Threads * Rounds / 1000 * 990, table.Get(new Name(0).Overflow).Value);
    }

    private readonly record struct Name(int Number) : ILabelSet<Name>
    {
        public Name Overflow => new(-1);
    }
}
