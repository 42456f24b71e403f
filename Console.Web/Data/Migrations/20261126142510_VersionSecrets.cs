using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ConsoleWeb.Data.Migrations
{
    /// <inheritdoc />
    public partial class VersionSecrets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Protected",
                table: "config_versions",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Protected",
                table: "config_versions");
        }
    }
}
