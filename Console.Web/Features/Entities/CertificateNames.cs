using System.Text.Json.Nodes;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>
/// The list <c>snis</c> of a certificate. It is no field but the names of the SNI entities that point at the certificate, written in the
/// same change.
/// </summary>
internal static class CertificateNames
{
    public const string Field = "snis";

    public static IReadOnlyList<string> Of(ConfigState state, Guid certificate) =>
        [.. Rows(state, certificate).Select(Name).Order(StringComparer.Ordinal)];

    /// <summary>Works out which SNIs a written certificate gains and loses.</summary>
    /// <param name="state">Before the certificate is written.</param>
    /// <param name="input">What the client sent; without <c>snis</c> the names stay as they are.</param>
    /// <param name="idOrKey">The last part of the path; a server name stays one of the certificate's. Null: there was none.</param>
    public static Result<List<DocumentChange>> Replace(EntityRules rules, ConfigState state, EntityDocument certificate, JsonObject input, string? idOrKey)
    {
        var named = idOrKey is null || ConfigState.TryReadId(idOrKey, out _) ? null : idOrKey;
        if (!input.ContainsKey(Field) && (named is null || state.Find(EntityKinds.Snis, named) is not null))
        {
            return new List<DocumentChange>();
        }

        var read = Read(input[Field]);
        if (read.IsError)
        {
            return read.Error;
        }

        var wanted = read.Value;
        if (named is not null && !wanted.Contains(named))
        {
            wanted.Insert(0, named);
        }

        var existing = Rows(state, certificate.Id).ToDictionary(Name);
        List<DocumentChange> changes = [.. existing.Where(e => !wanted.Contains(e.Key)).Select(e => new DocumentChange(e.Value, null))];
        var next = state.With(certificate);
        foreach (var name in wanted.Where(n => !existing.ContainsKey(n)))
        {
            if (state.Find(EntityKinds.Snis, name) is { } taken)
            {
                return SchemaViolationError.At(Field, $"{name} already associated with existing certificate '{taken.References().First().Id}'");
            }

            var row = new JsonObject { ["name"] = name, ["certificate"] = new JsonObject { ["id"] = certificate.Id.ToString() } };
            var prepared = rules.Prepare(next, EntityKinds.Snis, row, null, null);
            if (prepared.IsError)
            {
                return prepared.Error;
            }

            changes.Add(prepared.Value);
        }

        return changes;
    }

    /// <summary>A list of names, or one name alone.</summary>
    private static Result<List<string>> Read(JsonNode? value)
    {
        if (value is not null and not JsonArray && !IsText(value))
        {
            return SchemaViolationError.At(Field, "expected a set");
        }

        var names = new List<string>();
        foreach (var item in value as JsonArray ?? (value is null ? [] : [value.DeepClone()]))
        {
            var place = $"{Field}.{names.Count + 1}";
            if (!IsText(item))
            {
                return SchemaViolationError.At(place, "expected a string");
            }

            var name = item!.GetValue<string>();
            if (new WildcardHostRule().Check(name) is { } fault)
            {
                return SchemaViolationError.At(place, fault);
            }

            if (names.Contains(name))
            {
                return SchemaViolationError.At(Field, $"{name} is duplicated");
            }

            names.Add(name);
        }

        return names;
    }

    private static bool IsText(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out _);

    private static IEnumerable<EntityDocument> Rows(ConfigState state, Guid certificate) =>
        state.ListReferencing(certificate).Where(d => d.Kind == EntityKinds.Snis);

    private static string Name(EntityDocument row) => row.Name;
}
