// Written long before there was a linter.

export async function loadReports(ids) {
  return await Promise.all(ids.map(async (id) => fetch(`https://reports.example/${id}`)));
}

export async function deleteReports(ids) {
  await Promise.all(ids.map(async (id) => fetch(`https://reports.example/${id}`, { method: "DELETE" })));
}
