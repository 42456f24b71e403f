using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using Gateway.Core.Llm.Pricing;
using Gateway.Core.Llm.Providers;
using Gateway.Shared.Results;
using Gateway.Shared.Usage;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Features.Prices;

/// <summary>The prices of models: the shipped table and what administrators set over it. Each edit is a new version.</summary>
internal sealed class PriceService(IDbContextFactory<ConsoleDbContext> contexts, PriceBook book, IRepricer repricer, AuditLog audit, TimeProvider time) : IDisposable
{
    private const int LongestPattern = 200;

    private const decimal HighestRate = 1_000_000;

    private const decimal HighestFactor = 100;

    private const int MostTiers = 20;

    private const int LongestTier = 64;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile IReadOnlyList<PriceRow> _set = [];

    /// <summary>Reads what is stored; from then on calls are priced by it.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var versions = await context.Prices.AsNoTracking().ToListAsync(cancellationToken);
        book.SetAdmin([.. versions.Select(v => new AdminPrice(v.Provider, v.Pattern, v.Version, v.ValidFrom, PriceOf(v)))]);
        _set =
        [
            .. from version in versions
               group version by (version.Provider, version.Pattern) into all
               let newest = all.MaxBy(v => v.Version)!
               where newest.Document is not null
               select new PriceRow(all.MinBy(v => v.Version)!.Id, newest.Version, newest.ValidFrom, PriceOf(newest)!),
        ];
    }

    /// <summary>Every price in force or to come, by provider and pattern; of one that is set, not the shipped one below it.</summary>
    public IReadOnlyList<PriceRow> List()
    {
        var set = _set;
        var hidden = set.Select(r => (r.Price.Provider, r.Price.Pattern)).ToHashSet();
        return
        [
            .. set.Concat(PriceTable.Shipped.Where(p => !hidden.Contains((p.Provider, p.Pattern))).Select(p => new PriceRow(null, 0, null, p)))
                .OrderBy(r => r.Price.Provider, StringComparer.Ordinal).ThenBy(r => r.Price.Pattern, StringComparer.Ordinal),
        ];
    }

    public PriceRow? Find(Guid id) => _set.FirstOrDefault(r => r.Id == id);

    /// <summary>Whether calls of a model are priced now.</summary>
    public ModelPrice? PriceOf(string? provider, string? model) => book.Find(provider, model, null, time.GetUtcNow());

    /// <summary>Sets a price, as the next version where there is one already.</summary>
    public async Task<Result<PriceRow>> SetAsync(PriceDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (Check(draft) is { } error)
        {
            return error;
        }

        var provider = draft.Provider;
        var pattern = draft.Pattern.Trim().ToLowerInvariant();
        await AddAsync(provider, pattern, draft.ValidFrom ?? Today(), draft, actor, cancellationToken);
        return _set.First(r => r.Price.Provider == provider && r.Price.Pattern == pattern);
    }

    /// <summary>Sets the prices of a list such as <see cref="PriceDocument.Write"/> makes; all of them or none. Those of the shipped table, and those that are set already, stay as they are.</summary>
    /// <returns>How many were set.</returns>
    public async Task<Result<int>> ImportAsync(JsonArray rows, Actor actor, CancellationToken cancellationToken)
    {
        var drafts = new List<PriceDraft>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not JsonObject row)
            {
                return new Error($"data[{i}]: expected an object");
            }

            if ((string?)row["origin"] == "table")
            {
                continue;
            }

            if (PriceDocument.Read(row, null, out var draft) is { } problem)
            {
                return new Error($"data[{i}]: {problem}");
            }

            if (Check(draft) is { } error)
            {
                return new Error($"data[{i}]: {error.Message}");
            }

            drafts.Add(draft with { Pattern = draft.Pattern.Trim().ToLowerInvariant() });
        }

        var set = 0;
        foreach (var draft in drafts)
        {
            if (_set.FirstOrDefault(r => r.Price.Provider == draft.Provider && r.Price.Pattern == draft.Pattern) is { } known && PriceDraft.Of(known).HasRatesOf(draft))
            {
                continue;
            }

            var result = await SetAsync(draft, actor, cancellationToken);
            if (result.IsError)
            {
                return result.Error;
            }

            set++;
        }

        return set;
    }

    /// <summary>Ends a price from now on; calls are priced by what is below it again.</summary>
    public async Task<bool> EndAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } row)
        {
            return false;
        }

        await AddAsync(row.Price.Provider, row.Price.Pattern, time.GetUtcNow(), null, actor, cancellationToken);
        return true;
    }

    /// <summary>What pricing stored requests anew would change, by model.</summary>
    public Task<RepriceSummary> PreviewAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) => repricer.RunAsync(from, to, isDry: true, cancellationToken);

    public void Dispose() => _gate.Dispose();

    private static Error? Check(PriceDraft draft)
    {
        var rates = new[] { draft.Input, draft.Output, draft.CacheRead, draft.CacheWrite5m, draft.CacheWrite1h, draft.Reasoning };
        return !ProviderCatalog.Names.Contains(draft.Provider) ? new Error($"provider: '{draft.Provider}' is not one of {string.Join(", ", ProviderCatalog.Names.Order())}")
            : draft.Pattern.Trim() is not { Length: > 0 and <= LongestPattern } ? new Error("pattern: the name of a model, or part of it with *")
            : draft.Input is null ? new Error("input: required field missing")
            : draft.Output is null ? new Error("output: required field missing")
            : rates.Any(r => r is < 0 or > HighestRate) ? new Error("a rate is a number from 0 to 1000000, in US dollars per million tokens")
            : draft.LongContext is { Above: <= 0 } ? new Error("long_context: above is a number of tokens")
            : draft.LongContext is { } context && (IsWrong(context.Input) || IsWrong(context.Output)) ? new Error($"long_context: input and output are factors from 0 to {HighestFactor}")
            : draft.Tiers.Count > MostTiers ? new Error($"tiers: at most {MostTiers}")
            : draft.Tiers.Keys.FirstOrDefault(n => n.Length is 0 or > LongestTier || !n.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) is { } name ? new Error($"tiers: '{name}' is not the name of a service tier such as flex or priority")
            : draft.Tiers.Any(t => IsWrong(t.Value)) ? new Error($"tiers: a factor from 0 to {HighestFactor}, such as 0.5")
            : null;

        static bool IsWrong(decimal factor) => factor is < 0 or > HighestFactor;
    }

    private static ModelPrice? PriceOf(PriceVersion version) => version.Document is null
        ? null
        : JsonSerializer.Deserialize(version.Document, PriceJson.Default.ModelPrice)! with { Origin = PriceSource.Admin };

    private DateTimeOffset Today() => new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    private async Task AddAsync(string provider, string pattern, DateTimeOffset from, PriceDraft? draft, Actor actor, CancellationToken cancellationToken)
    {
        JsonObject details;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var before = Find();
            if (before is null && draft is null)
            {
                // Somebody else has ended it meanwhile.
                return;
            }

            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var last = await context.Prices.Where(p => p.Provider == provider && p.Pattern == pattern).MaxAsync(p => (int?)p.Version, cancellationToken) ?? 0;
            var price = draft is null ? null : new ModelPrice
            {
                Id = FormattableString.Invariant($"admin/{provider}/{pattern}@v{last + 1}"),
                Provider = provider,
                Pattern = pattern,
                Input = draft.Input!.Value,
                Output = draft.Output!.Value,
                CacheRead = draft.CacheRead,
                CacheWrite5m = draft.CacheWrite5m,
                CacheWrite1h = draft.CacheWrite1h,
                Reasoning = draft.Reasoning,
                LongContext = draft.LongContext,
                Tiers = draft.Tiers.Count == 0 ? null : draft.Tiers,
                Source = string.IsNullOrWhiteSpace(draft.Source) ? $"set by {actor.Name}" : draft.Source.Trim(),
                Date = DateOnly.FromDateTime(from.UtcDateTime),
            };
            context.Prices.Add(new PriceVersion
            {
                Id = Guid.CreateVersion7(),
                Provider = provider,
                Pattern = pattern,
                Version = last + 1,
                ValidFrom = from,
                CreatedAt = time.GetUtcNow(),
                Actor = actor.Name,
                Document = price is null ? null : JsonSerializer.Serialize(price, PriceJson.Default.ModelPrice),
            });
            await context.SaveChangesAsync(cancellationToken);
            await LoadAsync(cancellationToken);
            details = Details(before, Find());
        }
        finally
        {
            _gate.Release();
        }

        audit.Post(new AuditEvent(AuditActions.ConfigChange, actor, $"price {provider}/{pattern} {(draft is null ? "ended" : "set")}") { Details = details });

        PriceRow? Find() => List().FirstOrDefault(r => r.Price.Provider == provider && r.Price.Pattern == pattern);
    }

    /// <summary>What the audit log says of a price, in the shape that it has for entities. A shipped price counts as one that was there before, and comes back after.</summary>
    private static JsonObject Details(PriceRow? before, PriceRow? after)
    {
        var price = (after ?? before)!.Price;
        return new JsonObject
        {
            ["changes"] = new JsonArray(new JsonObject
            {
                ["action"] = before is null ? "create" : after is null ? "delete" : "update",
                ["kind"] = "price",
                ["name"] = $"{price.Provider}/{price.Pattern}",
                ["fields"] = new JsonArray([.. FieldChange.List(Rates(before), Rates(after)).Select(f => f.ToJson())]),
            }),
        };

        // The entry names them already.
        static JsonObject? Rates(PriceRow? row)
        {
            var json = row is null ? null : PriceDocument.Write(row);
            foreach (var name in new[] { "id", "price_id", "provider", "pattern", "currency" })
            {
                json?.Remove(name);
            }

            return json;
        }
    }
}
