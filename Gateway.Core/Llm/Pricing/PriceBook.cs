using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Gateway.Core.Llm.Pricing;

/// <summary>All known prices: those set by an administrator, then the shipped table. Safe for all threads.</summary>
internal sealed class PriceBook
{
    /// <summary>Models that are remembered, so that made-up names cannot fill the memory.</summary>
    private const int MostKnown = 2000;

    private volatile State _state = new(PriceTable.Shipped, []);

    /// <summary>The versions set by administrators.</summary>
    public IReadOnlyList<AdminPrice> Admin => _state.Admin;

    /// <summary>Takes these in place of the ones before.</summary>
    public void SetAdmin(IReadOnlyList<AdminPrice> prices) => _state = new State(PriceTable.Shipped, prices);

    /// <summary>The price of a model at a time; null when none is known.</summary>
    /// <param name="answered">Model that the answer names, which is more exact than the one asked for.</param>
    public ModelPrice? Find(string? provider, string? answered, string? asked, DateTimeOffset at)
    {
        if (provider is null)
        {
            return null;
        }

        var state = _state;
        return (answered is null ? null : state.Find(provider, answered, at)) ?? (asked is null ? null : state.Find(provider, asked, at));
    }

    private sealed class State(IReadOnlyList<ModelPrice> table, IReadOnlyList<AdminPrice> admin)
    {
        private readonly FrozenDictionary<string, ModelPrice[]> _table = table.GroupBy(p => p.Provider).ToFrozenDictionary(g => g.Key, g => g.ToArray());
        private readonly ConcurrentDictionary<(string Provider, string Model), Candidates> _known = new();

        public IReadOnlyList<AdminPrice> Admin { get; } = admin;

        public ModelPrice? Find(string provider, string model, DateTimeOffset at)
        {
            if (!_known.TryGetValue((provider, model), out var found))
            {
                found = Search(provider, model);
                if (_known.Count < MostKnown)
                {
                    _known.TryAdd((provider, model), found);
                }
            }

            return found.At(at);
        }

        private Candidates Search(string provider, string model)
        {
            // The closest pattern first, of one pattern the newest version first: it replaces those before from its day on.
            var set = Admin
                .Where(p => p.Provider == provider && ModelPattern.Fit(p.Pattern, model) is not null)
                .OrderByDescending(p => ModelPattern.Fit(p.Pattern, model)).ThenBy(p => p.Pattern, StringComparer.Ordinal)
                .ThenByDescending(p => p.Version);
            var shipped = _table.GetValueOrDefault(provider, []).Where(p => ModelPattern.Fit(p.Pattern, model) is not null).MaxBy(p => ModelPattern.Fit(p.Pattern, model));
            return new Candidates([.. set], shipped);
        }
    }

    private sealed record Candidates(AdminPrice[] Set, ModelPrice? Shipped)
    {
        public ModelPrice? At(DateTimeOffset at)
        {
            string? ended = null;
            foreach (var version in Set)
            {
                if (version.ValidFrom > at || version.Pattern == ended)
                {
                    continue;
                }

                if (version.Price is { } price)
                {
                    return price;
                }

                // From then on this pattern is without a price of its own.
                ended = version.Pattern;
            }

            return Shipped;
        }
    }
}

/// <summary>One version of a price that an administrator has set.</summary>
/// <param name="Price">Null: from <paramref name="ValidFrom"/> on there is no such price any more.</param>
internal sealed record AdminPrice(string Provider, string Pattern, int Version, DateTimeOffset ValidFrom, ModelPrice? Price);
