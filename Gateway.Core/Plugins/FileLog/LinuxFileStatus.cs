using System.Runtime.InteropServices;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>What identifies a file and says what it is.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LinuxFileStatus(bool IsRegular, long Size, ulong Inode, ulong Device)
{
    public bool IsSameFile(in LinuxFileStatus other) => Inode == other.Inode && Device == other.Device;
}
