using System.Text.Json.Nodes;
using ConsoleWeb.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Data;

/// <summary>What people have set in the console for the whole product, one document for each name. Whose it is knows its shape.</summary>
internal sealed class SettingStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <returns>Null: nobody has set it.</returns>
    public async Task<StoredSetting?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Settings.AsNoTracking().FirstOrDefaultAsync(s => s.Name == name, cancellationToken) is { } stored
            ? new StoredSetting((JsonObject)JsonNode.Parse(stored.Document)!, stored.ChangedAt, stored.Actor)
            : null;
    }

    /// <param name="actor">Who sets it.</param>
    /// <returns>When it was stored.</returns>
    public async Task<DateTimeOffset> SetAsync(string name, JsonObject document, string actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (now, text) = (time.GetUtcNow(), document.ToJsonString());
        if (await context.Settings.FirstOrDefaultAsync(s => s.Name == name, cancellationToken) is { } stored)
        {
            (stored.Document, stored.ChangedAt, stored.Actor) = (text, now, actor);
        }
        else
        {
            context.Settings.Add(new Setting { Name = name, Document = text, ChangedAt = now, Actor = actor });
        }

        await context.SaveChangesAsync(cancellationToken);
        return now;
    }
}

/// <summary>A stored setting, and by whom it was set.</summary>
internal sealed record StoredSetting(JsonObject Document, DateTimeOffset ChangedAt, string ChangedBy);
