using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Declarative.Files;

/// <summary>
/// Takes the entities of one checked file out of their nesting: <c>services[].routes[].plugins[]</c> becomes three
/// lists whose entries refer to each other. Nested and flat notation give the same result.
/// </summary>
internal sealed class StateFileFlattener(JsonObject root, SourceMap map, StateFile target, JsonObject pluginConfigs)
{
    private readonly List<string> _problems = [];

    /// <returns>Problems, one line each, with their places.</returns>
    public IReadOnlyList<string> Flatten()
    {
        foreach (var kind in StateKinds.All)
        {
            if (kind != StateKinds.GroupMember && kind.PathParent is null)
            {
                AddList(root, kind, "", parent: null);
            }
        }

        return _problems;
    }

    private void AddList(JsonObject owner, StateKind kind, string ownerPath, FileEntity? parent)
    {
        if (owner[kind.FileList] is not JsonArray list)
        {
            return;
        }

        var listPath = ownerPath.Length == 0 ? kind.FileList : $"{ownerPath}.{kind.FileList}";
        for (var i = 0; i < list.Count; i++)
        {
            AddEntity((JsonObject)list[i]!, kind, $"{listPath}[{i}]", parent);
        }
    }

    private void AddEntity(JsonObject written, StateKind kind, string path, FileEntity? parent)
    {
        var source = new EntitySource(map, path);
        var entity = new FileEntity(kind, [], source);
        var shape = StateFileShapes.Get(kind.Shape);
        foreach (var (name, value) in written)
        {
            var member = shape.Find(name)!;
            if (member.Type is FileMemberType.ObjectList || (kind == StateKinds.Plugin && name == "_config"))
            {
                continue;
            }

            if (kind.Foreign.FirstOrDefault(f => f.Field == name) is not null)
            {
                AddReference(entity, name, value);
            }
            else
            {
                entity.Body[name] = value?.DeepClone();
            }
        }

        if (parent is not null)
        {
            Nest(entity, parent);
        }

        Complete(entity, written);
        target.Entities.Add(entity);
        AddChildren(entity, written, path);
    }

    private static void AddReference(FileEntity entity, string field, JsonNode? value)
    {
        var text = value is JsonObject reference ? (reference["id"] ?? reference["name"])?.GetValue<string>() : value?.GetValue<string>();
        if (text is not null)
        {
            entity.References[field] = new FileReference(null, text);
        }
    }

    private void Nest(FileEntity entity, FileEntity parent)
    {
        var foreign = entity.Kind.Foreign.First(f => f.Kind == parent.Kind.Collection);
        if (entity.Kind == StateKinds.Plugin && entity.References.TryGetValue(foreign.Field, out var written))
        {
            _problems.Add(
                $"{entity.Source.Describe(foreign.Field)}: nesting {foreign.Field} ({written.Text}) under {foreign.Field}-scoped plugin"
                + $" ({entity.Body["name"]}) is not allowed");
        }

        entity.References[foreign.Field] = new FileReference(parent, null);
    }

    private void Complete(FileEntity entity, JsonObject written)
    {
        if (entity.Kind == StateKinds.Service)
        {
            ExpandUrl(entity);
        }
        else if (entity.Kind == StateKinds.Plugin)
        {
            MergeSharedConfig(entity, written);
        }
        else if (entity.Kind == StateKinds.Route)
        {
            CheckGrpc(entity);
        }
        else if (entity.Kind == StateKinds.Target && entity.Body["target"]?.GetValue<string>() is { } address)
        {
            entity.Body["target"] = TargetAddress.Normalise(address);
        }
    }

    private void ExpandUrl(FileEntity entity)
    {
        if (!entity.Body.Remove("url", out var node) || node?.GetValue<string>() is not { } text)
        {
            return;
        }

        if (!Uri.TryCreate(text.Replace(" ", "%20", StringComparison.Ordinal), UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            _problems.Add($"{entity.Source.Describe("url")}: not a valid URL; write it as http://host:port/path");
            return;
        }

        SetDefault("protocol", url.Scheme);
        SetDefault("host", url.Host);
        SetDefault("port", HasPort(text, url) ? url.Port : url.Scheme == "https" ? 443 : 80);
        var path = text.Replace(" ", "%20", StringComparison.Ordinal);
        var authority = path.IndexOf("://", StringComparison.Ordinal) + 3;
        var slash = path.IndexOf('/', authority);
        // The path as written: Uri would decode and normalise it.
        var end = path.AsSpan(authority).IndexOfAny('?', '#');
        if (slash >= 0 && (end < 0 || slash < authority + end))
        {
            SetDefault("path", end < 0 ? path[slash..] : path[slash..(authority + end)]);
        }

        void SetDefault(string field, JsonNode value)
        {
            if (entity.Body[field] is null)
            {
                entity.Body[field] = value;
            }
        }
    }

    private static bool HasPort(string text, Uri url)
        => !url.IsDefaultPort || text.Contains($":{url.Port}", StringComparison.Ordinal);

    private void MergeSharedConfig(FileEntity entity, JsonObject written)
    {
        if (written["_config"]?.GetValue<string>() is not { } key)
        {
            return;
        }

        if (pluginConfigs[key] is not JsonObject shared)
        {
            _problems.Add(
                $"{entity.Source.Describe("_config")}: _plugin_configs has no entry '{key}'"
                + (Spelling.FindNearest(key, pluginConfigs.Select(p => p.Key)) is { } near ? $"; did you mean '{near}'?" : ""));
            return;
        }

        entity.Body["config"] = Merge((JsonObject)shared.DeepClone(), entity.Body["config"] as JsonObject);
    }

    private static JsonObject Merge(JsonObject below, JsonObject? above)
    {
        foreach (var (name, value) in above ?? [])
        {
            below[name] = below[name] is JsonObject inner && value is JsonObject local
                ? Merge((JsonObject)inner.DeepClone(), local)
                : value?.DeepClone();
        }

        return below;
    }

    private void CheckGrpc(FileEntity route)
    {
        if (route.Body["protocols"] is not JsonArray protocols
            || !protocols.Any(p => p!.GetValue<string>() is "grpc" or "grpcs"))
        {
            return;
        }

        if (route.Body["strip_path"]?.GetValue<bool>() == true)
        {
            _problems.Add($"{route.Source.Describe("strip_path")}: strip_path: true is not allowed on a route with protocol grpc or grpcs");
        }

        route.Body["strip_path"] = false;
    }

    private void AddChildren(FileEntity entity, JsonObject written, string path)
    {
        if (entity.Kind == StateKinds.ConsumerGroup)
        {
            AddMembers(entity, written, path, "consumers", member => (member["username"] ?? member["id"] ?? member["custom_id"])!, groupIsOwner: true);
        }
        else if (entity.Kind == StateKinds.Consumer)
        {
            AddMembers(entity, written, path, "groups", member => (member["name"] ?? member["id"])!, groupIsOwner: false);
        }

        foreach (var child in StateKinds.All)
        {
            if (child != StateKinds.GroupMember
                && child.Foreign.Any(f => f.Kind == entity.Kind.Collection)
                && StateFileShapes.Get(entity.Kind.Shape).Find(child.FileList) is { Type: FileMemberType.ObjectList } list
                && list.Shape == child.Shape)
            {
                AddList(written, child, path, entity);
            }
        }
    }

    private void AddMembers(
        FileEntity owner, JsonObject written, string path, string listName, Func<JsonObject, JsonNode> nameOf, bool groupIsOwner)
    {
        if (written[listName] is not JsonArray list)
        {
            return;
        }

        for (var i = 0; i < list.Count; i++)
        {
            var member = new FileEntity(StateKinds.GroupMember, [], new EntitySource(map, $"{path}.{listName}[{i}]"));
            var other = new FileReference(null, nameOf((JsonObject)list[i]!).GetValue<string>());
            var self = new FileReference(owner, null);
            member.References["consumer_group"] = groupIsOwner ? self : other;
            member.References["consumer"] = groupIsOwner ? other : self;
            target.Entities.Add(member);
        }
    }
}
