// One function a command. Errors are printed as one sentence on standard error.
#pragma once

#include "agent/cli/options.h"

namespace insight::cli {

Exit serve(const Options& options);
Exit analyze(const Options& options);
Exit replay(const Options& options);
Exit demo(const Options& options);
Exit eval(const Options& options);
Exit list_incidents(const Options& options);
Exit show_report(const Options& options);
Exit list_runbooks(const Options& options);
Exit suggest_runbook(const Options& options);
Exit capture_snapshot(const Options& options);
Exit show_snapshot(const Options& options);
Exit verify_snapshot(const Options& options);
Exit import_snapshot(const Options& options);
Exit check_config(const Options& options);
Exit print_schema(const Options& options);
Exit print_blocks(const Options& options);
Exit print_sources(const Options& options);
Exit doctor(const Options& options);
Exit scan(const Options& options);
Exit suppress(const Options& options);
Exit unsuppress(const Options& options);
Exit list_suppressions(const Options& options);
Exit review_pull_request(const Options& options);
Exit list_approvals(const Options& options);
Exit show_approval(const Options& options);
Exit approve(const Options& options);
Exit refuse(const Options& options);
Exit ask_for_fix(const Options& options);
Exit list_tickets(const Options& options);
Exit show_ticket(const Options& options);
Exit comment_ticket(const Options& options);
Exit assign_ticket(const Options& options);
Exit move_ticket(const Options& options);
Exit verify_audit(const Options& options);
Exit export_audit(const Options& options);
Exit create_token(const Options& options);
Exit list_tokens(const Options& options);
Exit revoke_token(const Options& options);

Exit evomap_hash(const Options& options);
Exit evomap_hello(const Options& options);
Exit evomap_status(const Options& options);
Exit evomap_search(const Options& options);
Exit evomap_fetch(const Options& options);
Exit evomap_validate(const Options& options);
Exit evomap_publish(const Options& options);
Exit evomap_outbox(const Options& options);
Exit evomap_follow(const Options& options);

}  // namespace insight::cli
