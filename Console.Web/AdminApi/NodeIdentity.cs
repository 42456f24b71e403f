using ConsoleWeb.Options;

namespace ConsoleWeb.AdminApi;

/// <summary>Ids of this installation, kept in its data directory.</summary>
internal sealed class NodeIdentity
{
    public NodeIdentity(DataDirectory directory, TimeProvider time)
    {
        var path = Path.Combine(directory.Root, "node-id");
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (lines.Length < 3 || !Guid.TryParse(lines[0], out _) || !Guid.TryParse(lines[1], out _) || !long.TryParse(lines[2], out _))
        {
            lines = [Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)];
            File.WriteAllLines(path, lines);
            DataDirectory.Protect(path);
        }

        (NodeId, WorkspaceId, CreatedAt) = (lines[0], lines[1], long.Parse(lines[2], System.Globalization.CultureInfo.InvariantCulture));
    }

    public string NodeId { get; }

    /// <summary>Id of the workspace <c>default</c>, also of the control plane <c>quickstart</c>.</summary>
    public string WorkspaceId { get; }

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; }

    public string ProductVersion { get; } = Features.ProductVersion.Text;
}
