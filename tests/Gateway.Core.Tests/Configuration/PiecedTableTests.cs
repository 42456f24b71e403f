using Gateway.Core.Configuration;

namespace Gateway.Core.Tests.Configuration;

public sealed class PiecedTableTests
{
    [Fact]
    public void With_RandomChanges_FindsWhatADictionaryFindsAndTablesBeforeStay()
    {
        var random = new Random(5);
        var expected = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var table = new PiecedTable<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var change = 0; change < 300; change++)
        {
            var (before, was) = (table, expected.ToList());
            var removed = Enumerable.Range(0, random.Next(5)).Select(_ => Key(random)).ToList();
            var added = Enumerable.Range(0, random.Next(change == 100 ? 1000 : 10)).Select(i => KeyValuePair.Create(Key(random), $"{change}.{i}")).ToList();
            removed.ForEach(k => expected.Remove(k));
            added.ForEach(a => expected[a.Key] = a.Value);

            table = table.With(removed, added);

            Assert.Equal(expected.Values.Order(), table.Values.Order());
            Assert.All(expected, e => Assert.Equal(e.Value, table.Find(e.Key.ToUpperInvariant().AsSpan())));
            Assert.Equal(was.Select(e => e.Value).Order(), before.Values.Order());
        }

        // Otherwise there was one piece only.
        Assert.InRange(table.Count, 500, int.MaxValue);
    }

    private static string Key(Random random) => "key-" + random.Next(2000);
}
